const ANSWER_WITHIN_MS = 3_000;

/**
 * Whether what answers there says of itself that it is the sandbox, which moves no money. A bank that does not answer now, or has
 * no such address, is none: the sandbox does, as it is started before the worker.
 */
export async function isBankSandbox(bankUrl: string): Promise<boolean> {
  try {
    const response = await fetch(new URL('/health', bankUrl), { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    const said: unknown = await response.json();
    return typeof said === 'object' && said !== null && 'sandbox' in said && said.sandbox === true;
  } catch {
    return false; // whatever it is, it is not ours
  }
}
