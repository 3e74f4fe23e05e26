// Relay's compiler takes the schema: connections, Node, fragments, a refetchable list, a subscription.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { expect } from '../demo.mjs';

mkdirSync('relay/src', { recursive: true });
writeFileSync('relay/relay.config.json', JSON.stringify({ src: './src', language: 'javascript', schema: '../schema.graphql', eagerEsModules: true }));
writeFileSync(
  'relay/src/Agreement.js',
  `import { graphql } from 'relay-runtime';
graphql\`query AgreementQuery($slug: String!) { tenant(by: { slug: $slug }) { id ...Agreement_bodies } }\`;
graphql\`fragment Agreement_bodies on Tenant @refetchable(queryName: "AgreementBodiesQuery")
  @argumentDefinitions(count: { type: "Int", defaultValue: 10 }, cursor: { type: "String" }) {
  bodies(first: $count, after: $cursor) @connection(key: "Agreement_bodies") { edges { node { id name } } } }\`;
graphql\`subscription AgreementSubscription($tenant: ID!) { indicatorStatusChanged(tenant: $tenant) {
  agreementIndicator { id code } status { colour reason } } }\`;
`,
);
execFileSync('../node_modules/.bin/relay-compiler', ['relay.config.json'], { cwd: 'relay', stdio: 'inherit' });
const made = readdirSync('relay/src/__generated__');
expect(made.length === 4, made.join(', '));
console.log(`${made.length} artefacts`);
