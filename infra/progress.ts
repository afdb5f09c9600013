/** Where progress is shown: `process.stderr`, or a test's own. */
export interface ProgressStream {
  isTTY?: boolean;
  columns?: number;
  write: (text: string) => unknown;
}

/**
 * Shows progress lines. In a log each is a line of its own; at a terminal a line that continues the one
 * before ("Building …: 10 s", "Building …: 20 s") takes its place.
 */
export function progressOn(stream: ProgressStream): (line: string) => void {
  if (stream.isTTY !== true) return (line) => void stream.write(`${line}\n`);
  let before = '';
  return (line) => {
    // One row up and cleared; a line longer than the terminal is wide takes several rows and is left alone.
    const replaces = before !== '' && subject(line) === subject(before) && before.length < (stream.columns ?? 80);
    stream.write(`${replaces ? '\u001b[1A\u001b[2K' : ''}${line}\n`);
    before = line.includes(': ') ? line : '';
  };
}

function subject(line: string): string {
  return line.split(': ')[0] ?? line;
}
