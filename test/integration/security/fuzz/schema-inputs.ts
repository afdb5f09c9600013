import fc from 'fast-check';
import { isObject, type JsonObject } from '../../../../rehearse/json';

/** Values that stand for a property of that name in the running service; none where nothing is known of it. */
export type Known = (name: string) => readonly unknown[];

/** Texts that others have stumbled over: ends of ranges, both writing directions, halves of characters, what means something elsewhere. */
const ODD_TEXTS = [
  '', ' ', '\u0000', 'a\u0000b', '\ud800', 'a\udfffb', '\u202e\u05e2\u05d1\u05e8\u05d9\u05ea', '😀'.repeat(60), 'ﷺ', 'e\u0301', 'Ａ１', 'a'.repeat(5_000), '9'.repeat(400), '\r\nset-cookie: a=b', "' or 1=1 --", '%00', '%',
  '../../../etc/passwd', '${7*7}', '<script>alert(1)</script>', '=1+1', '{}', '[]', 'null', 'true', '-1', '1e400', 'NaN', '0000-00-00', '2024-02-30', '9999-12-31', '0000-01-01T00:00:00Z', '+275760-09-13T00:00:00Z',
  '2024-01-01T24:00:00Z', '2024-01-01T00:00:00+99:99', '00000000-0000-0000-0000-000000000000', 'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF', 'constructor', '__proto__', 'toString', 'wx', 'wx.handler', 'machine:x', ',', '_', '%%',
]; // prettier-ignore
const ODD_NUMBERS = [0, -0, -1, 0.5, 1e-7, 99, 100, 32_767, 32_768, 2_147_483_647, 2_147_483_648, -2_147_483_649, 999_999_999_999_999, 9_007_199_254_740_991, 9_007_199_254_740_992, 9_223_372_036_854_775_807, 1e21, 1.7e308];

function nested(depth: number): unknown {
  return depth === 0 ? 1 : depth % 2 === 0 ? [nested(depth - 1)] : { a: nested(depth - 1) };
}

/** Any value at all, mostly one that no schema asks for. */
export const odd: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom<unknown>(...ODD_TEXTS) },
  { weight: 3, arbitrary: fc.constantFrom<unknown>(...ODD_NUMBERS) },
  { weight: 2, arbitrary: fc.constantFrom<unknown>(null, true, false, [], {}, [null], [[]], { a: 1 }) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(nested(8), nested(19), nested(60), Array.from({ length: 300 }, () => 1)) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
);
export const oddText: fc.Arbitrary<string> = fc.oneof(fc.constantFrom(...ODD_TEXTS), fc.string({ unit: 'binary', maxLength: 20 }));

const NAMES = ['柏禾禾', '欧阳·小雀', "Ada O'Neil", 'أحمد', '𠮷野'];
const DATES = ['2024-03-04', '2024-02-29', '2000-01-01', '1900-01-01', '2023-11-13', '2100-12-31', '2199-12-31', '2200-12-31', '1800-01-01'];
/** Not further: a simulated case would live through all the years until then, which is long and finds nothing. */
const INSTANTS = ['2024-03-04T09:00:00+08:00', '2024-03-05T00:00:00Z', '2023-11-13T23:59:59.999+08:00', '2000-01-01T00:00:00Z', '2024-06-30T24:00:00Z', '2024-09-01T09:00:00-12:00'];

/** Makes inputs from the schemas of an OpenAPI 3.1 document. */
export class SchemaInputs {
  constructor(
    private readonly document: JsonObject,
    private readonly known: Known,
  ) {}

  /** A value of a schema, by its own rules; a rule that stands in no schema may still refuse it. */
  valid(schema: unknown, name = '', depth = 0): fc.Arbitrary<unknown> {
    const resolved = this.resolve(schema);
    const made = this.made(resolved, name, depth);
    const known = this.known(name);
    return known.length === 0 ? made : fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...known) }, { weight: 1, arbitrary: made });
  }

  /** Mostly a valid value; often with something in it replaced, left out or added. */
  attacked(schema: unknown): fc.Arbitrary<unknown> {
    const change = fc.record({ at: fc.nat(1_000), how: fc.constantFrom('replace', 'replace', 'leaveOut', 'add'), value: odd });
    return fc.tuple(this.valid(schema), fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 3, arbitrary: fc.array(change, { minLength: 1, maxLength: 3 }) })).map(([value, changes]) => changes.reduce(changed, value));
  }

  /** The same with whole papers to begin with, made anew for each. */
  attackedFrom(make: () => unknown): fc.Arbitrary<unknown> {
    const change = fc.record({ at: fc.nat(1_000), how: fc.constantFrom('replace', 'leaveOut', 'add'), value: odd });
    return fc.array(change, { maxLength: 2 }).map((changes) => changes.reduce(changed, make()));
  }

  resolve(schema: unknown): JsonObject {
    if (!isObject(schema)) return {};
    if (typeof schema.$ref !== 'string') return schema;
    let target: unknown = this.document;
    for (const segment of schema.$ref.replace(/^#\//, '').split('/')) target = isObject(target) ? target[segment] : undefined;
    return this.resolve(target);
  }

  private made(schema: JsonObject, name: string, depth: number): fc.Arbitrary<unknown> {
    if (Array.isArray(schema.enum)) return fc.constantFrom(...(schema.enum as unknown[]));
    if ('const' in schema) return fc.constant(schema.const);
    const choices = [schema.anyOf, schema.oneOf].flatMap((list) => (Array.isArray(list) ? (list as unknown[]) : []));
    if (choices.length > 0) return fc.oneof(...choices.map((choice) => this.valid(choice, name, depth + 1)));
    if (Array.isArray(schema.allOf)) return fc.tuple(...(schema.allOf as unknown[]).map((part) => this.valid(part, name, depth + 1))).map((parts) => Object.assign({}, ...parts) as unknown);
    switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
      case 'string':
        return text(schema, name);
      case 'integer':
        return fc.integer({ min: bound(schema.minimum, -5), max: Math.max(bound(schema.minimum, -5), bound(schema.maximum, 10_000_000)) });
      case 'number':
        return fc.integer({ min: bound(schema.minimum, -5), max: bound(schema.maximum, 1_000) });
      case 'boolean':
        return fc.boolean();
      case 'null':
        return fc.constant(null);
      case 'array':
        return fc.array(this.valid(schema.items, name.replace(/s$/, ''), depth + 1), { minLength: Math.min(bound(schema.minItems, 0), 5), maxLength: depth > 4 ? 1 : Math.min(bound(schema.maxItems, 3), 3) });
      case 'object':
        return this.object(schema, depth);
      default:
        return odd;
    }
  }

  private object(schema: JsonObject, depth: number): fc.Arbitrary<unknown> {
    const properties = isObject(schema.properties) ? schema.properties : {};
    const required = Array.isArray(schema.required) ? schema.required.map(String) : [];
    return fc.record(Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, this.valid(value, key, depth + 1)])), { requiredKeys: required });
  }
}

function bound(value: unknown, otherwise: number): number {
  return typeof value === 'number' && Math.abs(value) < 2_147_483_647 ? value : typeof value === 'number' ? Math.sign(value) * 2_000_000_000 : otherwise;
}

function text({ format, pattern, minLength, maxLength }: JsonObject, name: string): fc.Arbitrary<unknown> {
  if (format === 'date') return fc.constantFrom(...DATES);
  if (format === 'date-time') return fc.constantFrom(...INSTANTS);
  if (format === 'uuid') return fc.uuid();
  if (/name|raisedBy|contactPerson/i.test(name)) return fc.constantFrom(...NAMES);
  if (typeof pattern === 'string') return matching(pattern);
  const [min, max] = [bound(minLength, 0), Math.min(bound(maxLength, 40), 60)];
  return fc.oneof({ weight: 4, arbitrary: fc.string({ unit: 'grapheme', minLength: min, maxLength: Math.max(min, max) }) }, { weight: 1, arbitrary: fc.constant('字'.repeat(bound(maxLength, 200))) });
}

/** Texts of a pattern; of one that cannot be made from, whatever. */
function matching(pattern: string): fc.Arbitrary<string> {
  try {
    const made = fc.stringMatching(new RegExp(pattern, 'u'), { maxLength: 40 });
    fc.sample(made, 1);
    return made;
  } catch {
    return fc.string({ maxLength: 20 });
  }
}

interface Change {
  at: number;
  how: string;
  value: unknown;
}

/** The value with one of its places replaced, left out, or joined by one more. */
function changed(root: unknown, { at, how, value }: Change): unknown {
  const copy = structuredClone(root);
  const places: { holder: Record<string, unknown>; key: string }[] = [];
  const walk = (one: unknown): void => {
    if (typeof one !== 'object' || one === null) return;
    for (const key of Object.keys(one)) {
      places.push({ holder: one as Record<string, unknown>, key });
      walk((one as Record<string, unknown>)[key]);
    }
  };
  walk(copy);
  const place = places[at % Math.max(places.length, 1)];
  if (!place) return how === 'replace' ? value : copy;
  if (how === 'leaveOut') Reflect.deleteProperty(place.holder, place.key);
  else if (how === 'add') place.holder[['extra', 'id', 'state', 'roles', 'isDemo'][at % 5] ?? 'extra'] = value;
  else place.holder[place.key] = value;
  return copy;
}
