import { isObject, type JsonObject } from './json';

/** Where an answer is not what the scenario says. */
export interface Difference {
  /** e.g. `notices[0].closesOn`; empty for the whole answer */
  path: string;
  expected: unknown;
  /** undefined: the field is absent */
  got: unknown;
}

/** Stands for any value that is there and not null. */
const PRESENT = '*';

/**
 * What in `got` differs from `expected`: objects are compared as subsets, arrays element by element with the same
 * length, everything else must be equal. `null` is a value: an absent field is not null.
 *
 * @returns all differences, in the order of `expected`; none when it matches
 */
export function differences(expected: unknown, got: unknown, path = ''): Difference[] {
  if (expected === PRESENT) return got === undefined || got === null ? [{ path, expected, got }] : [];
  if (Array.isArray(expected)) {
    // Of lists of another length nobody can say which element is missing, so both are shown whole.
    if (!Array.isArray(got) || got.length !== expected.length) return [{ path, expected, got }];
    return expected.flatMap((element, index) => differences(element, got[index], `${path}[${index}]`));
  }
  if (isObject(expected)) {
    if (!isObject(got)) return [{ path, expected, got }];
    return Object.entries(expected).flatMap(([key, value]) => differences(value, ownValue(got, key), path === '' ? key : `${path}.${key}`));
  }
  return Object.is(expected, got) ? [] : [{ path, expected, got }];
}

/** One line: `state: expected "visit", got "intake"`. */
export function describeDifference({ path, expected, got }: Difference): string {
  return `${path === '' ? '' : `${path}: `}expected ${inWords(expected)}, got ${inWords(got)}`;
}

function ownValue(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function inWords(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === PRESENT) return 'present and not null';
  return JSON.stringify(value);
}
