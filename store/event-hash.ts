import { createHash } from 'node:crypto';

/** The hash before a case's first event. */
export const GENESIS = Buffer.alloc(32);

/** Hash of an event in its case's chain: SHA-256 over the hash before it and the event in canonical form. */
export function eventHash(prevHash: Buffer, event: Record<string, unknown>): Buffer {
  return createHash('sha256').update(prevHash).update(canonical(event)).digest();
}

/** JSON with sorted keys: `jsonb` keeps no order, and the hash must not depend on one. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value)
      .filter(([, v]) => v !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, v]) => `${JSON.stringify(key)}:${canonical(v)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}
