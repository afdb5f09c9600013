import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** The test file that every scanner takes for a virus, in two halves so that none takes this file for one. */
export const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR', '-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('');

/** Speaks INSTREAM as ClamAV's daemon does, and knows one virus. */
export class TestClamd {
  /** How it behaves from now on. */
  mode: 'scans' | 'isSilent' | 'hangsUp' | 'talksNonsense' | 'isFull' = 'scans';
  scanned = 0;
  /** Over content that holds this it dies, whatever its mode. */
  unbearable: string | undefined;
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  static async start(port = 0): Promise<TestClamd> {
    const server = createServer();
    const clamd = new TestClamd(server);
    server.on('connection', (socket) => clamd.serve(socket));
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return clamd;
  }

  get address(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private serve(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('error', () => socket.destroy()); // whoever hung up wants nothing more
    let received = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      const content = contentOf(received);
      if (content !== undefined) this.answer(socket, content);
    });
  }

  private answer(socket: Socket, content: Buffer): void {
    this.scanned++;
    const answers = { scans: content.includes(EICAR) ? 'stream: Win.Test.EICAR_HDB-1 FOUND\0' : 'stream: OK\0', hangsUp: '', talksNonsense: 'stream: O', isFull: 'INSTREAM size limit exceeded. ERROR\0' };
    if (this.unbearable !== undefined && content.includes(this.unbearable)) return void socket.destroy();
    if (this.mode !== 'isSilent') socket.end(answers[this.mode]);
  }
}

/** What came, once its end is there. */
function contentOf(received: Buffer): Buffer | undefined {
  const command = 'zINSTREAM\0';
  if (received.length < command.length) return undefined;
  if (received.subarray(0, command.length).toString() !== command) throw new Error('not INSTREAM');
  const chunks: Buffer[] = [];
  for (let at = command.length; at + 4 <= received.length; ) {
    const length = received.readUInt32BE(at);
    if (length === 0) return Buffer.concat(chunks);
    if (at + 4 + length > received.length) return undefined;
    chunks.push(received.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return undefined;
}
