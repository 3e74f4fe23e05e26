// What every check starts from: the demonstration, and people who sign in there.
import { readFileSync } from 'node:fs';

export const ready = JSON.parse(readFileSync(process.env.CONCORDAT_READY, 'utf8'));
export const http = `${ready.url}/graphql`;
export const ws = http.replace('http', 'ws');

/** Asks by POST. */
export async function ask(token, query, variables) {
  const headers = { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) };
  const response = await fetch(http, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  return response.json();
}

/** The access token of an account, such as `halton.performance-officer`. */
export async function signIn(name) {
  const account = ready.accounts.find((account) => account.email === `${name}@concordat.example`);
  const input = { email: account.email, password: account.password };
  const answer = await ask(null, 'mutation ($input: SignInInput!) { signIn(input: $input) { accessToken } }', { input });
  return answer.data.signIn.accessToken;
}

const LATEST = `{ tenant(by: { slug: "halton" }) { id agreement { indicators(filter: { codes: ["NI 20"] }) {
  nodes { id observations(last: 1) { nodes { id value } } } } } } }`;
const REVISE = `mutation ($input: RecordObservationRevisionInput!) { recordObservationRevision(input: $input) {
  observation { id } userErrors { message } } }`;

/** Halton's identifier. */
export async function halton(token) {
  return (await ask(token, LATEST)).data.tenant.id;
}

/** Revises the latest figure of Halton's NI 20, which changes how it stands. */
export async function revise(token, value) {
  const latest = (await ask(token, LATEST)).data.tenant.agreement.indicators.nodes[0].observations.nodes[0].id;
  const input = { observation: latest, value, reason: 'Counted again.', source: 'A check' };
  const answer = await ask(token, REVISE, { input });
  if (answer.errors || answer.data.recordObservationRevision.userErrors.length) throw new Error(JSON.stringify(answer));
}

export const CHANGED = `subscription ($tenant: ID!) { indicatorStatusChanged(tenant: $tenant) {
  agreementIndicator { code } status { colour actual } previousColour } }`;

/** Fails with words. */
export function expect(truth, words) {
  if (!truth) throw new Error(words);
}

/** Changes NI 20 to and fro until `heard` says that an event came: a subscription says nothing when it begins. */
export async function reviseUntil(token, heard) {
  for (let n = 0; !heard(); n++) {
    await revise(token, n % 2 ? 6.2 : 6.1);
    for (let waited = 0; waited < 20 && !heard(); waited++) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(n < 20, 'no event came');
  }
}
