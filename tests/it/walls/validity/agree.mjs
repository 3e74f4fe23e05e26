// What graphql-js says of the corpus, of random documents and of values of variables; run it after changing one of them or the
// contract, and review what differs:
//
//   npm install --prefix /tmp/graphql-js graphql@16 && NODE_PATH=/tmp/graphql-js/node_modules node agree.mjs
//
// It writes corpus.verdicts, random.jsonl and variables.jsonl, with which `cargo test` compares.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { documents } from './random.mjs';

const { buildSchema, parse, validate, specifiedRules, getVariableValues, version } = createRequire(import.meta.url)('graphql');
const here = (name) => new URL(name, import.meta.url);
const read = (name) => readFileSync(here(name), 'utf8');

// A limit on introspection of ours, with a code and figures of its own, stands for graphql-js's.
const rules = specifiedRules.filter((rule) => rule.name !== 'MaxIntrospectionDepthRule');

function verdict(schema, text) {
  let document;
  try {
    document = parse(text);
  } catch {
    return 'syntax';
  }
  try {
    return validate(schema, document, rules).length === 0 ? 'valid' : 'invalid';
  } catch {
    // It runs into a variable where it looks for what a subscription selects, and throws.
    return 'invalid';
  }
}

function corpus() {
  const schema = buildSchema(read('schema.graphql'));
  const cases = read('corpus.txt').split(/^### /m).slice(1).map((part) => {
    const end = part.indexOf('\n');
    return { title: part.slice(0, end), text: part.slice(end + 1) };
  });
  return `# graphql-js ${version}\n` + cases.map(({ title, text }) => `${verdict(schema, text)} ${title}\n`).join('');
}

function random() {
  const schema = buildSchema(read('../../../../api/schema.graphql'));
  const lines = documents(schema, 500).map((text) => JSON.stringify({ text, verdict: verdict(schema, text) }));
  return lines.join('\n') + '\n';
}

function variables() {
  const schema = buildSchema(read('schema.graphql'));
  const lines = JSON.parse(read('variables.json')).map(({ query, values }) => {
    const operation = parse(query).definitions[0];
    const { coerced, errors } = getVariableValues(schema, operation.variableDefinitions, values, { maxErrors: 20 });
    const about = (message) => message.match(/^Variable "\$(\w+)"/)[1];
    return JSON.stringify({ query, values, ...(errors ? { wrong: errors.map((error) => about(error.message)) } : { coerced }) });
  });
  return lines.join('\n') + '\n';
}

writeFileSync(here('corpus.verdicts'), corpus());
writeFileSync(here('random.jsonl'), random());
writeFileSync(here('variables.jsonl'), variables());
