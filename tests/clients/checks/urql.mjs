// urql: queries by POST and GET, subscriptions by events of its own fetch, and over graphql-ws.
import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { CHANGED, expect, halton, http, reviseUntil, signIn, ws } from '../demo.mjs';

const token = await signIn('halton.performance-officer');
const tenant = await halton(token);
const socket = createClient({ url: ws, webSocketImpl: WebSocket, connectionParams: { accessToken: token } });
const options = { url: http, fetchOptions: { headers: { authorization: `Bearer ${token}` } } };
const overSocket = subscriptionExchange({
  forwardSubscription: (request) => ({
    subscribe: (sink) => ({ unsubscribe: socket.subscribe({ ...request, query: request.query || '' }, sink) }),
  }),
});

for (const preferGetMethod of [false, 'force']) {
  const client = new Client({ ...options, preferGetMethod, exchanges: [fetchExchange] });
  const { data, error } = await client.query('query A($slug: String!) { tenant(by: { slug: $slug }) { name } }', { slug: 'halton' });
  expect(data?.tenant.name, `${preferGetMethod}: ${error}`);
}

for (const [name, client] of [
  ['socket', new Client({ ...options, exchanges: [overSocket, fetchExchange] })],
  ['events', new Client({ ...options, fetchSubscriptions: true, exchanges: [fetchExchange] })],
]) {
  let told;
  const following = client.subscription(CHANGED, { tenant }).subscribe((result) => {
    expect(!result.error, `${name}: ${result.error}`);
    if (result.data) told = result;
  });
  await reviseUntil(token, () => told);
  expect(told.data.indicatorStatusChanged.agreementIndicator.code === 'NI 20', `${name}: ${JSON.stringify(told)}`);
  following.unsubscribe();
}
console.log('query by POST and GET, subscription over a socket and by events');
process.exit(0);
