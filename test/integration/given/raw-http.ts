import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

const SILENCE_MS = 15_000;

/** One answer as it came over the wire. */
export interface RawAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/**
 * Sends bytes as they are, and answers everything that comes back until the other side closes.
 *
 * @param pieces written one after another, each `everyMs` after the one before
 */
export async function sendRaw(url: string, pieces: readonly (string | Buffer)[], { everyMs = 0 } = {}): Promise<{ text: string; tookMs: number }> {
  const { hostname, port, protocol } = new URL(url);
  const startedAt = Date.now();
  const socket: Socket = protocol === 'https:' ? connectTls({ host: hostname, port: Number(port), rejectUnauthorized: false }) : connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  return new Promise((resolve, reject) => {
    const done = () => {
      clearTimeout(timer);
      resolve({ text: Buffer.concat(chunks).toString('utf8'), tookMs: Date.now() - startedAt });
    };
    socket.setTimeout(SILENCE_MS, () => socket.destroy(new Error(`nothing came for ${SILENCE_MS} ms; until then: ${Buffer.concat(chunks).toString('utf8')}`)));
    socket.on('data', (chunk: Buffer) => void chunks.push(chunk));
    socket.on('end', done);
    socket.on('close', done);
    // A reset after the answer is the way a server cuts off a caller who goes on writing.
    socket.on('error', (error: NodeJS.ErrnoException) => (['EPIPE', 'ECONNRESET'].includes(error.code ?? '') ? done() : reject(error)));
    const waiting = [...pieces];
    let timer: NodeJS.Timeout;
    const next = () => {
      const piece = waiting.shift();
      if (piece === undefined || socket.destroyed) return;
      socket.write(piece);
      timer = setTimeout(next, everyMs);
    };
    socket.once(protocol === 'https:' ? 'secureConnect' : 'connect', next);
  });
}

/** The answers in what came back; chunked bodies are not understood. */
export function answersIn(text: string): RawAnswer[] {
  const answers: RawAnswer[] = [];
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) throw new Error(`not an answer: ${rest.toString('utf8')}`);
    const [first = '', ...lines] = rest.subarray(0, end).toString('utf8').split('\r\n');
    const headers = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
    const length = Number(headers['content-length'] ?? 0);
    answers.push({ status: Number(first.split(' ')[1]), headers, body: rest.subarray(end + 4, end + 4 + length).toString('utf8') });
    rest = rest.subarray(end + 4 + length);
  }
  return answers;
}

/** The lines of a request, ended as HTTP wants it. */
export function request(...lines: string[]): string {
  return `${lines.join('\r\n')}\r\n\r\n`;
}
