import { randomInt } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { StartupError, systemCode } from './errors';

/** A port from the configuration: `port` 0 means any free one; only an explicit wish is binding. */
export interface PortChoice {
  port: number;
  explicit: boolean;
}

export const LOCAL = '127.0.0.1';
const FREE_MIN = 10_240;
const FREE_MAX = 32_767;

/**
 * The port to use for a choice. A wish that nobody insisted on gives way to a free port.
 *
 * @param variable the environment variable the person would change
 * @throws StartupError when an explicitly set port is taken or may not be used
 */
export async function choosePort(variable: string, choice: PortChoice, host = LOCAL): Promise<number> {
  if (choice.port !== 0) {
    if (choice.explicit) await assertPortIsFree(variable, choice.port, host);
    if (choice.explicit || (await isFree(choice.port, host))) return choice.port;
  }
  const [port] = await freePorts(1, host);
  return port as number;
}

/**
 * Makes sure that an explicitly set port can be listened on.
 * @throws StartupError with one sentence that names the variable and the port
 */
export async function assertPortIsFree(variable: string, port: number, host = LOCAL): Promise<void> {
  try {
    await close(await listen(port, host));
  } catch (error) {
    throw new StartupError(portSentence(variable, port, host, error));
  }
}

/**
 * Different free ports from 10240 to 32767.
 *
 * Not simply port 0: the system would choose above 32767, where it also takes ports for outgoing connections,
 * and the Temporal server keeps its membership ports in a 16-bit signed column. All are held open until the
 * last is found, so no port comes twice. Between this answer and the bind somebody else may still take one:
 * who starts a server on it looks for `isPortCollision` in its output and chooses again.
 * @throws StartupError when the machine has no free port in that range
 */
export async function freePorts(count: number, host = LOCAL): Promise<number[]> {
  const held: Server[] = [];
  try {
    for (let tries = 0; held.length < count; tries++) {
      if (tries > 1_000) throw new StartupError(`There are no ${count} free ports between ${FREE_MIN} and ${FREE_MAX} on ${host}.`);
      const server = await listenIfFree(randomInt(FREE_MIN, FREE_MAX + 1), host);
      if (server !== undefined) held.push(server);
    }
    return held.map(portOf);
  } finally {
    await Promise.all(held.map(close));
  }
}

/** Whether a child's output says that a port it was given had been taken meanwhile. */
export function isPortCollision(output: string): boolean {
  return /address already in use|EADDRINUSE|can't bind|could not bind/i.test(output);
}

/** One sentence for a port that could not be listened on. */
export function portSentence(variable: string, port: number, host: string, error: unknown): string {
  const wish = `${variable} is ${port}, but`;
  const code = systemCode(error) ?? String(error);
  switch (code) {
    case 'EADDRINUSE':
      return `${wish} another program is already listening on port ${port} of ${host}; stop it or set ${variable} to another port (0 = any free one).`;
    case 'EACCES':
      return `${wish} this user may not listen on port ${port}; set ${variable} to a port above 1023.`;
    default:
      return `${wish} port ${port} of ${host} cannot be listened on (${code}).`;
  }
}

async function isFree(port: number, host: string): Promise<boolean> {
  const server = await listenIfFree(port, host);
  if (server !== undefined) await close(server);
  return server !== undefined;
}

async function listenIfFree(port: number, host: string): Promise<Server | undefined> {
  try {
    return await listen(port, host);
  } catch (error) {
    if (systemCode(error) === 'EADDRINUSE' || systemCode(error) === 'EACCES') return undefined;
    throw error;
  }
}

function listen(port: number, host: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host, exclusive: true }, () => resolve(server));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
  });
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server without a port');
  return address.port;
}
