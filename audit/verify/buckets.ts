/** Chains are looked at in 256 groups by the first byte of their case's id, and one of those without a case. */
export const DAYS = 'days';
export const CASE_BUCKETS: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

const OF_CASE = /^(?:event|case):([0-9a-f]{2})/;

export function bucketOf(chain: string): string {
  return OF_CASE.exec(chain)?.[1] ?? DAYS;
}
