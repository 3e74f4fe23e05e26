// npm graphql-sse, a connection for each operation.
import { createClient } from 'graphql-sse';
import { CHANGED, expect, halton, http, reviseUntil, signIn } from '../demo.mjs';

const token = await signIn('halton.performance-officer');
const tenant = await halton(token);
const client = createClient({ url: http, headers: { authorization: `Bearer ${token}` }, retryAttempts: 0 });

async function first(payload) {
  for await (const result of client.iterate(payload)) return result;
}

const viewer = await first({ query: '{ viewer { email } }' });
expect(viewer.data.viewer.email === 'halton.performance-officer@concordat.example', JSON.stringify(viewer));

let refused;
try {
  await first({ query: '{' });
} catch (error) {
  refused = error;
}
expect(refused?.response?.status === 400, `a document that can't be read is refused by status: ${refused}`);

let told;
const following = (async () => {
  for await (const event of client.iterate({ query: CHANGED, variables: { tenant } })) {
    told = event;
    return;
  }
})();
await reviseUntil(token, () => told);
await following;
expect(told.data.indicatorStatusChanged.status.colour === 'GREEN', JSON.stringify(told));
client.dispose();
console.log('query, refusal and subscription');
process.exit(0);
