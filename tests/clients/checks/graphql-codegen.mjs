// graphql-codegen makes types of the schema and of operations, and TypeScript takes them.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { CHANGED } from '../demo.mjs';

mkdirSync('codegen', { recursive: true });
writeFileSync('codegen/dashboard.graphql', `query Dashboard { tenant(by: { slug: "halton" }) { name agreement { indicators { nodes { code status { colour reason } } } } } }
${CHANGED.replace('subscription', 'subscription Changed')}`);
writeFileSync(
  'codegen/codegen.yml',
  `schema: ../schema.graphql
documents: dashboard.graphql
generates:
  types.ts: { plugins: [typescript, typescript-operations], config: { strictScalars: false } }
`,
);
execFileSync('../node_modules/.bin/graphql-codegen', ['--config', 'codegen.yml'], { cwd: 'codegen', stdio: 'inherit' });
execFileSync('../node_modules/.bin/tsc', ['--noEmit', '--strict', '--skipLibCheck', 'types.ts'], { cwd: 'codegen', stdio: 'inherit' });
console.log('types of the schema and of two operations');
