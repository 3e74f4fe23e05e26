// A collector of traces (OTLP over HTTP, protocol buffers) for one server and one question.
//
//   node collector.mjs path/to/concordat
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

function expect(holds, what) {
  if (!holds) throw new Error(what);
}

/** The fields of a message by number, each a list: of bytes where they have a length, otherwise of whole numbers. */
function fields(bytes) {
  const found = new Map();
  let at = 0;
  const varint = () => {
    let number = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      expect(byte !== undefined, 'a message ends in the middle of a number');
      number |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return number;
    }
  };
  const taken = (length) => {
    expect(at + length <= bytes.length, 'a message ends in the middle of a field');
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const key = Number(varint());
    const kinds = { 0: varint, 1: () => taken(8).readBigUInt64LE(), 2: () => taken(Number(varint())), 5: () => BigInt(taken(4).readUInt32LE()) };
    expect(kinds[key & 7], `a field of kind ${key & 7}`);
    found.set(key >> 3, [...(found.get(key >> 3) ?? []), kinds[key & 7]()]);
  }
  return found;
}

const all = (message, number) => (message.get(number) ?? []).map((bytes) => fields(bytes));
const text = (message, number) => message.get(number)?.[0]?.toString() ?? '';
const hex = (message, number) => message.get(number)?.[0]?.toString('hex') ?? '';
const attributes = (message, number) => Object.fromEntries(all(message, number).map((pair) => [text(pair, 1), text(fields(pair.get(2)[0]), 1)]));

/** The spans of an export request, each with the name of the service that sent it: opentelemetry/proto/trace/v1/trace.proto. */
function spans(request) {
  return all(fields(request), 1).flatMap((group) => {
    const service = attributes(all(group, 1)[0], 1)['service.name'];
    return all(group, 2).flatMap((scope) => all(scope, 2)).map((span) => ({
      service,
      trace: hex(span, 1),
      id: hex(span, 2),
      parent: hex(span, 4),
      name: text(span, 5),
      attributes: attributes(span, 9),
      lasted: span.get(8)[0] - span.get(7)[0],
    }));
  });
}

const got = [];
const collector = createServer((request, response) => {
  const body = [];
  request.on('data', (part) => body.push(part));
  request.on('end', () => {
    got.push({ method: request.method, url: request.url, type: request.headers['content-type'], body: Buffer.concat(body) });
    response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
  });
});
await new Promise((ready) => collector.listen(0, '127.0.0.1', ready));

const place = mkdtempSync(join(tmpdir(), 'concordat-traces-'));
const ready = join(place, 'ready.json');
const server = spawn(process.argv[2], ['demo', '--port', '0', '--ready-file', ready, '--data-dir', join(place, 'data')], {
  stdio: ['ignore', 'ignore', 'inherit'],
  env: { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collector.address().port}` },
});
const ended = new Promise((end) => server.on('exit', end));
try {
  while (!existsSync(ready)) {
    expect(server.exitCode === null, 'the server ended before it listened');
    await new Promise((later) => setTimeout(later, 100));
  }
  const { url } = JSON.parse(readFileSync(ready, 'utf8'));
  const [trace, caller] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')];
  const answer = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', traceparent: `00-${trace}-${caller}-01` },
    body: JSON.stringify({ query: '{ __typename }' }),
  });
  const id = answer.headers.get('x-request-id');
  expect(answer.ok && id, `the question was answered with ${answer.status}`);

  // What is left is sent before the server ends.
  server.kill('SIGTERM');
  expect((await ended) === 0, 'the server ended badly');

  for (const { method, url, type } of got) {
    expect(method === 'POST' && url === '/v1/traces' && type === 'application/x-protobuf', `${method} ${url} of ${type}`);
  }
  const sent = got.flatMap(({ body }) => spans(body));
  expect(sent.every((span) => span.service === 'concordat'), `services: ${[...new Set(sent.map((span) => span.service))]}`);
  const own = sent.filter((span) => span.trace === trace);
  const first = own.find((span) => span.parent === caller);
  expect(first, `no span follows the caller's; there were ${sent.length}, ${own.length} of them in the caller's trace`);
  expect(first.attributes.request_id === id, `the request ${id} is called ${JSON.stringify(first.attributes)}`);
  expect(first.lasted > 0n, 'a span that lasted no time');
  const strangers = own.filter((span) => span.parent !== caller && !own.some((other) => other.id === span.parent));
  expect(strangers.length === 0, `spans without their parent: ${strangers.map((span) => span.name)}`);
  console.log(`${sent.length} spans in ${got.length} requests; ${own.length} in the caller's trace, beginning with “${first.name}” of request ${id}`);
} finally {
  server.kill('SIGKILL');
  collector.close();
  rmSync(place, { recursive: true, force: true });
}
