import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { PROJECT } from './compose-file';

const LOCAL_IMPORT = /(?:\bfrom|\brequire\.resolve\(|^import)\s*'(\.{1,2}\/[^']+)'/gm;
const TYPES_ONLY = /^import type [^;]+;$/gm;
const SETTING = /(?:\bread\.\w+\(|\benv\.)\s*'?([A-Z][A-Z0-9_]+)\b/g;

const known = new Map<string, Map<string, string>>();

/**
 * The files of the project that run when `entry` does: itself and what it imports, directly or not. Paths from the project's root.
 * @throws Error when an import leads nowhere
 */
export function importClosure(entry: string): Map<string, string> {
  const closure = known.get(entry) ?? readClosure(entry);
  known.set(entry, closure);
  return closure;
}

function readClosure(entry: string): Map<string, string> {
  const sources = new Map<string, string>();
  const waiting = [entry];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (sources.has(file)) continue;
    const source = readFileSync(join(PROJECT, file), 'utf8');
    sources.set(file, source);
    for (const [, target = ''] of source.replace(TYPES_ONLY, '').matchAll(LOCAL_IMPORT)) waiting.push(resolved(file, target));
  }
  return sources;
}

/** Names of the environment variables that these sources read. */
export function settingsRead(sources: Map<string, string>): Set<string> {
  return new Set([...sources.values()].flatMap((source) => [...source.matchAll(SETTING)].map(([, name = '']) => name)));
}

function resolved(from: string, target: string): string {
  const base = join(PROJECT, dirname(from), target);
  const found = [`${base}.ts`, base].find((candidate) => existsSync(candidate));
  if (found === undefined) throw new Error(`${from} imports ${target}, which is not there`);
  return relative(PROJECT, found);
}
