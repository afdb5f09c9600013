import { stdin, stderr } from 'node:process';

/** Asks for a password or a code without showing it; undefined where nobody can be asked. */
export async function askHidden(question: string): Promise<string | undefined> {
  if (!stdin.isTTY) return undefined;
  stderr.write(`${question}: `);
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  try {
    return await typedLine();
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    stderr.write('\n');
  }
}

const CTRL_C = '\u0003';
const CTRL_D = '\u0004';

async function typedLine(): Promise<string> {
  let line = '';
  for await (const typed of stdin as AsyncIterable<string>) {
    for (const sign of typed) {
      if (sign === '\r' || sign === '\n' || sign === CTRL_D) return line;
      if (sign === CTRL_C) process.exit(130);
      line = sign === '\u007f' || sign === '\b' ? line.slice(0, -1) : line + sign;
    }
  }
  return line;
}
