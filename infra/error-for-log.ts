/** An error as logs may hold it. */
export interface LoggedError {
  type: string;
  code?: string;
  message: string;
  stack?: string;
  cause?: LoggedError;
}

/** An error's causes are followed this far: one that is its own cause must not keep us. */
const CAUSES_MAX = 5;

/**
 * An error without what it might quote from people: of its own fields only the code (a database error carries the values
 * of the row it stumbled over), and its words without names and long numbers.
 */
export function errorForLog(error: unknown, depth = 0): LoggedError {
  if (typeof error !== 'object' || error === null) return { type: typeof error, message: withoutPersonal(String(error)) };
  const { name, code, message, stack, cause } = error as Record<string, unknown>;
  return {
    type: typeof name === 'string' ? name : 'Error',
    ...(typeof code === 'string' || typeof code === 'number' ? { code: String(code) } : {}),
    message: withoutPersonal(typeof message === 'string' ? message : ''),
    ...(typeof stack === 'string' ? { stack: withoutPersonal(stack) } : {}),
    ...(cause !== undefined && depth < CAUSES_MAX ? { cause: errorForLog(cause, depth + 1) } : {}),
  };
}

/**
 * Text without anything that is not ASCII (names, addresses and what people write are Chinese; our own words are not) and
 * without runs of seven or more digits (numbers of identity cards, bank cards, telephones). The last wall, not the first:
 * nothing of that kind should be in a message at all.
 */
export function withoutPersonal(text: string): string {
  return text.replace(/[^\x20-\x7e\n\t]+/g, '…').replace(/\d{7,}[Xx]?/g, '#');
}
