'use strict';
// Signs in, then shows GraphiQL. Tokens and everything that is typed stay in this page's memory: nothing goes to storage, nothing to
// another origin.
(() => {
  const byId = (id) => document.getElementById(id);
  const session = { access: null, refresh: null };

  async function post(body) {
    const headers = { 'content-type': 'application/json', accept: 'application/json' };
    if (session.access) headers.authorization = `Bearer ${session.access}`;
    const response = await fetch('/graphql', { method: 'POST', headers, body: JSON.stringify(body), credentials: 'omit' });
    return { status: response.status, answer: await response.json() };
  }

  function keep(payload) {
    session.access = payload?.accessToken ?? null;
    session.refresh = payload?.refreshToken ?? null;
    return session.access !== null;
  }

  const SIGN_IN = 'mutation SignIn($input: SignInInput!) { signIn(input: $input) { accessToken refreshToken userErrors { message } } }';
  const REFRESH =
    'mutation Refresh($input: RefreshSessionInput!) { refreshSession(input: $input) { accessToken refreshToken userErrors { message } } }';

  // An access token lasts ten minutes; two requests that find it spent refresh it once.
  let refreshing = null;
  async function refreshed() {
    const spent = session.refresh;
    session.access = null;
    const { answer } = await post({ query: REFRESH, variables: { input: { refreshToken: spent } } });
    return keep(answer.data?.refreshSession);
  }

  async function fetcher(request) {
    let { status, answer } = await post(request);
    if (status === 401 && session.refresh) {
      refreshing ??= refreshed().finally(() => { refreshing = null; });
      if (await refreshing) ({ answer } = await post(request));
      else signOut('The session is over. Please sign in again.');
    }
    return answer;
  }

  function memory() {
    const kept = new Map();
    return {
      get length() { return kept.size; },
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => { kept.set(key, value); },
      removeItem: (key) => { kept.delete(key); },
      clear: () => { kept.clear(); },
    };
  }

  const FIRST = `# How is the agreement doing, and why is each indicator that colour?
query Standing {
  viewer { tenants { tenant { name agreement { name rollUp { summary }
    indicators(first: 10) { nodes { code title status { colour reason } } } } } } }
}
`;

  let root = null;
  function show() {
    byId('sign-in').hidden = true;
    byId('graphiql').hidden = false;
    root = ReactDOM.createRoot(byId('graphiql'));
    root.render(React.createElement(GraphiQL, {
      fetcher,
      storage: memory(),
      defaultQuery: FIRST,
      isHeadersEditorEnabled: false,
      shouldPersistHeaders: false,
      showPersistHeadersSettings: false,
    }));
  }

  function signOut(why) {
    session.access = session.refresh = null;
    root?.unmount();
    root = null;
    byId('graphiql').hidden = true;
    byId('sign-in').hidden = false;
    byId('problem').textContent = why;
  }

  byId('form').addEventListener('submit', async (event) => {
    event.preventDefault();
    byId('problem').textContent = '';
    const input = { email: byId('email').value, password: byId('password').value };
    if (byId('code').value) input.code = byId('code').value;
    try {
      const { answer } = await post({ query: SIGN_IN, variables: { input } });
      const payload = answer.data?.signIn;
      byId('password').value = byId('code').value = '';
      if (keep(payload)) show();
      else byId('problem').textContent = (payload?.userErrors ?? answer.errors ?? []).map((error) => error.message).join(' ');
    } catch {
      byId('problem').textContent = 'The server could not be reached.';
    }
  });
})();
