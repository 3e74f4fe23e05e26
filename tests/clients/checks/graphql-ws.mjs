// npm graphql-ws: queries, mutations, subscriptions, errors, a refused token, connecting anew.
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { CHANGED, expect, halton, reviseUntil, signIn, ws } from '../demo.mjs';

const token = await signIn('halton.performance-officer');
const tenant = await halton(token);
const client = createClient({ url: ws, webSocketImpl: WebSocket, connectionParams: async () => ({ accessToken: token }), keepAlive: 500 });

async function first(payload) {
  for await (const result of client.iterate(payload)) return result;
}

const viewer = await first({ query: '{ viewer { email } }' });
expect(viewer.data.viewer.email === 'halton.performance-officer@concordat.example', JSON.stringify(viewer));

let refused;
try {
  await first({ query: '{ nothing }' });
} catch (errors) {
  refused = errors;
}
expect(Array.isArray(refused) && refused[0].extensions.code, `a document that isn't valid is an error: ${JSON.stringify(refused)}`);

let told;
const following = (async () => {
  for await (const event of client.iterate({ query: CHANGED, variables: { tenant } })) {
    told = event;
    return;
  }
})();
await reviseUntil(token, () => told);
await following;
expect(told.data.indicatorStatusChanged.agreementIndicator.code === 'NI 20', JSON.stringify(told));
await client.dispose();

const stranger = createClient({ url: ws, webSocketImpl: WebSocket, connectionParams: { accessToken: 'x' }, retryAttempts: 0 });
const closed = await new Promise((resolve) => {
  stranger.subscribe({ query: '{ viewer { email } }' }, { next: () => resolve('next'), error: resolve, complete: () => resolve('complete') });
});
expect(closed.code === 4403, `a token that isn't good: ${JSON.stringify(closed)}`);
console.log('query, error, subscription, keep-alive and a refused token');
process.exit(0);
