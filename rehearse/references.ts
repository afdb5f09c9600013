import { isObject } from './json';

/** `$name.path.to[0].value`: only a whole string that begins so is a reference; `$` elsewhere is text. */
const REFERENCE = /^\$([A-Za-z_]\w*)\.(.+)$/s;
const PATH = /^[^.[\]]+(\[\d+\])*(\.[^.[\]]+(\[\d+\])*)*$/;

/** A reference names an answer that was not saved, or a place that is not in it. */
export class ReferenceNotFound extends Error {
  override readonly name = 'ReferenceNotFound';

  constructor(reference: string, reason: string) {
    super(`${reference}: ${reason}`);
  }
}

/** Names of the saved answers that `value` refers to, at any depth. */
export function referencedNames(value: unknown): Set<string> {
  if (typeof value === 'string') {
    const name = REFERENCE.exec(value)?.[1];
    return new Set(name === undefined ? [] : [name]);
  }
  const parts = Array.isArray(value) ? (value as unknown[]) : isObject(value) ? Object.values(value) : [];
  return new Set(parts.flatMap((part) => [...referencedNames(part)]));
}

/**
 * `value` with every reference replaced by what it names in `answers`.
 *
 * @param answers saved answers by name, cases already at their newest state
 * @throws ReferenceNotFound when a name is not in `answers` or the path leads nowhere (null at its end is a value)
 */
export function resolveReferences(value: unknown, answers: ReadonlyMap<string, unknown>): unknown {
  if (typeof value === 'string') return resolveString(value, answers);
  if (Array.isArray(value)) return value.map((element) => resolveReferences(element, answers));
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, resolveReferences(part, answers)]));
  return value;
}

function resolveString(text: string, answers: ReadonlyMap<string, unknown>): unknown {
  const [, name, path] = REFERENCE.exec(text) ?? [];
  if (name === undefined || path === undefined) return text;
  if (!answers.has(name)) throw new ReferenceNotFound(text, `nothing was saved as "${name}"`);
  if (!PATH.test(path)) throw new ReferenceNotFound(text, 'not a path such as payments[0].id');

  let found = answers.get(name);
  for (const segment of path.split(/[.[\]]+/).filter((part) => part !== '')) {
    found = step(found, segment);
    if (found === undefined) throw new ReferenceNotFound(text, `there is no "${segment}"`);
  }
  return found;
}

function step(from: unknown, segment: string): unknown {
  if (Array.isArray(from)) return from[Number(segment)] as unknown;
  return isObject(from) && Object.hasOwn(from, segment) ? from[segment] : undefined;
}
