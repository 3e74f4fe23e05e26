// Random documents over a schema, the same for the same seeds: most are valid, and most of the others are wrong in one place.
import { createRequire } from 'node:module';

const { getNamedType, isCompositeType, isEnumType, isInputObjectType, isListType, isNonNullType, isAbstractType } = createRequire(
  import.meta.url,
)('graphql');

// mulberry32
function chance(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export function documents(schema, count) {
  return Array.from({ length: count }, (_, index) => document(schema, chance(index + 1)));
}

function document(schema, next) {
  const below = (n) => Math.floor(next() * n);
  const one = (list) => list[below(list.length)];
  const fragments = [];
  let variables = [];

  function literal(type, depth) {
    if (isNonNullType(type)) return literal(type.ofType, depth);
    if (next() < 0.03) return 'null';
    if (isListType(type)) return next() < 0.2 ? literal(type.ofType, depth) : `[${Array.from({ length: below(3) }, () => literal(type.ofType, depth)).join(', ')}]`;
    if (isEnumType(type)) return one(type.getValues()).name;
    if (isInputObjectType(type)) return object(type, depth);
    return { Int: () => `${below(200) - 20}`, Float: () => one(['1', '2.5', '-1e3']), Boolean: () => one(['true', 'false']) }[type.name]?.() ?? one(['"x"', '"halton"', '"""block"""', '"\\u{e9}"']);
  }

  function object(type, depth) {
    const fields = Object.values(type.getFields());
    const chosen = type.isOneOf ? [one(fields)] : fields.filter((field) => isNonNullType(field.type) || (depth < 2 && next() < 0.3));
    return `{ ${chosen.map((field) => `${field.name}: ${value(field.type, depth + 1)}`).join(', ')} }`;
  }

  function value(type, depth) {
    if (next() < 0.2) {
      const name = `v${variables.length}`;
      const written = next() < 0.1 ? String(type).replace(/!$/, '') : String(type);
      variables.push(`$${name}: ${written}${next() < 0.2 ? ` = ${literal(type, depth)}` : ''}`);
      return `$${name}`;
    }
    return literal(type, depth);
  }

  const inputs = (args) => {
    const given = args.filter((arg) => (isNonNullType(arg.type) && arg.defaultValue === undefined) || next() < 0.25);
    return given.length ? `(${given.map((arg) => `${arg.name}: ${value(arg.type, 0)}`).join(', ')})` : '';
  };
  const directive = () => (next() < 0.05 ? ` @${one(['include', 'skip'])}(if: ${value(schema.getDirective('skip').args[0].type, 0)})` : '');

  function selection(type, depth) {
    const parts = [];
    if (isAbstractType(type)) {
      for (const member of schema.getPossibleTypes(type).filter(() => next() < 0.3).slice(0, 2)) {
        parts.push(`... on ${member.name}${directive()} ${selection(member, depth + 1)}`);
      }
    }
    const fields = 'getFields' in type ? Object.values(type.getFields()) : [];
    const wanted = fields.filter((field) => depth < 4 || !isCompositeType(getNamedType(field.type)));
    for (let n = 1 + below(3); n > 0 && wanted.length; n--) {
      const field = one(wanted);
      const inner = getNamedType(field.type);
      const alias = next() < 0.2 ? `${one(['a', 'b', 'c'])}: ` : '';
      parts.push(`${alias}${field.name}${inputs(field.args)}${directive()}${isCompositeType(inner) ? ` ${selection(inner, depth + 1)}` : ''}`);
    }
    if (next() < 0.1 && depth > 0) {
      const name = `F${fragments.length}`;
      fragments.push('');
      fragments[Number(name.slice(1))] = `fragment ${name} on ${type.name} ${selection(type, depth + 1)}`;
      parts.push(`...${name}${directive()}`);
    }
    if (!parts.length || next() < 0.1) parts.push('__typename');
    return `{ ${parts.join(' ')} }`;
  }

  const root = next() < 0.8 ? ['query', schema.getQueryType()] : ['mutation', schema.getMutationType()];
  const body = selection(root[1], 0);
  const head = `${next() < 0.1 ? '"Asked at random" ' : ''}${root[0]} Q${variables.length ? `(${variables.join(', ')})` : ''}`;
  const text = [`${head} ${body}`, ...fragments].join('\n');
  return next() < 0.5 ? text : damaged(text, below, one);
}

// One thing wrong, or at least different.
function damaged(text, below, one) {
  const words = [...text.matchAll(/[A-Za-z_]\w*|"[^"\n]*"|-?\d[\w.]*|[{}()[\]:$@!]/g)];
  const at = one(words);
  const cut = (replacement) => text.slice(0, at.index) + replacement + text.slice(at.index + at[0].length);
  switch (below(8)) {
    case 0: return cut('');
    case 1: return cut(`${at[0]} ${at[0]}`);
    case 2: return cut(one(words)[0]);
    case 3: return cut(`${at[0]}x`);
    case 4: return text.replace(/(\w+)!/, '$1');
    case 5: return text.replace(/\b\d+\b/, one(['3000000000', '1.5', '"7"', 'null', '[1]', '{}', 'HIGH']));
    case 6: return text.replace(/, (\w+): /, one([', $1: null, $1: ', ', ', ', nothing: ']));
    default: return `${text} ${one(['{ __typename }', 'fragment Unused on Query { __typename }', 'query Q { __typename }', 'query R { __typename }', 'type T { a: Int }'])}`;
  }
}
