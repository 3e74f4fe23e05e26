// The audits of GraphQL over HTTP that the Foundation's reference implementation brings along: what must and what should be.
import { serverAudits } from 'graphql-http';
import { expect, http, signIn } from '../demo.mjs';

// Some ask for the schema, which takes a token.
const authorization = `Bearer ${await signIn('halton.performance-officer')}`;
const fetchFn = (url, options = {}) => fetch(url, { ...options, headers: { authorization, ...options.headers } });
const audits = serverAudits({ url: http, fetchFn });
const failed = [];
for (const audit of audits) {
  const result = await audit.fn();
  if (result.status !== 'ok') failed.push(`${result.status} ${audit.id} ${audit.name}: ${result.reason}`);
}
expect(failed.length === 0, failed.join('\n'));
expect(audits.length >= 61, `only ${audits.length} audits`);
console.log(`${audits.length} of ${audits.length} audits`);
