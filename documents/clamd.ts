import { connect } from 'node:net';
import { reasonOf } from '../infra/errors';
import { ScannerAway, type Verdict, type VirusScanner } from './virus-scanner';

const CHUNK_BYTES = 64 * 1024;
const ANSWER_BYTES_MAX = 4 * 1024;

/** ClamAV's daemon over TCP: the bytes go over in pieces (INSTREAM), nothing is written to its disk by us. */
export class Clamd implements VirusScanner {
  /** @param answerWithinMs from the connection to the verdict */
  constructor(
    private readonly host: string,
    private readonly port: number,
    private readonly answerWithinMs = 20_000,
  ) {}

  async scan(bytes: Buffer): Promise<Verdict> {
    return verdictOf(await this.ask(bytes));
  }

  private ask(bytes: Buffer): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: this.host, port: this.port });
      const chunks: Buffer[] = [];
      let length = 0;
      let wasReached = false;
      const away = (error: Error) => {
        clearTimeout(deadline);
        socket.destroy();
        reject(new ScannerAway(`the virus scanner at ${this.host}:${this.port} gave no verdict (${reasonOf(error)})`, wasReached, { cause: error }));
      };
      // Not the socket's own time-out, which begins anew with every byte.
      const deadline = setTimeout(() => away(new Error('no answer in time')), this.answerWithinMs);
      socket.on('error', away);
      socket.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        length += chunk.length;
        if (length > ANSWER_BYTES_MAX) away(new Error('too long an answer'));
      });
      socket.on('end', () => {
        clearTimeout(deadline);
        socket.destroy();
        resolve(Buffer.concat(chunks).toString('utf8'));
      });
      socket.on('connect', () => {
        wasReached = true;
        socket.write('zINSTREAM\0');
        for (let from = 0; from < bytes.length; from += CHUNK_BYTES) {
          const chunk = bytes.subarray(from, from + CHUNK_BYTES);
          socket.write(lengthOf(chunk.length));
          socket.write(chunk);
        }
        socket.write(lengthOf(0));
      });
    });
  }
}

function lengthOf(length: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(length);
  return bytes;
}

/** Only the whole sentence counts: an answer that was cut off is none. @throws ScannerAway */
function verdictOf(answer: string): Verdict {
  if (/^stream: OK\0?$/.test(answer)) return { verdict: 'clean' };
  if (/^stream: .+ FOUND\0?$/.test(answer)) return { verdict: 'infected' };
  if (/size limit exceeded/i.test(answer)) return { verdict: 'failed' };
  throw new ScannerAway(answer === '' ? 'the virus scanner closed without a verdict' : 'the virus scanner answered something else than a verdict', true);
}
