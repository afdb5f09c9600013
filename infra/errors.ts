/**
 * The stack could not be started. `message` is one sentence for the person at the terminal: what
 * failed, why, and where to look or what to set.
 */
export class StartupError extends Error {
  override readonly name = 'StartupError';
}

// Errors are told by their shape: `instanceof Error` is false for those of Node itself inside a test runner,
// which gives every test file its own globals.

/** The code of a failed call of the system or the database (`EADDRINUSE`, `42P01`, …), when the error carries one. */
export function systemCode(error: unknown): string | undefined {
  const code = property(error, 'code');
  return typeof code === 'string' ? code : undefined;
}

/** What an unknown thrown value says, without its stack. */
export function reasonOf(error: unknown): string {
  const [message, parts] = [property(error, 'message'), property(error, 'errors')];
  if (message === '' && Array.isArray(parts)) return parts.map(reasonOf).join('; ');
  return typeof message === 'string' ? message : String(error);
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
