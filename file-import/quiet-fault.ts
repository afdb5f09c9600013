/**
 * Ends a program that works on somebody's file: says what kind of fault it was and where in the program. Its message may quote
 * the file, and what is said here ends up in the API's log.
 */
export function endQuietly(error: unknown): void {
  const { name, stack = '' } = error instanceof Error ? error : new Error();
  const places = stack.split('\n').filter((line) => /^\s+at /.test(line));
  process.stderr.write(`${[name, ...places].join('\n')}\n`);
  process.exitCode = 1;
}
