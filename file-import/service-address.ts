import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asIdentity, isRunning } from '../infra/process-identity';

const USUAL = 'http://127.0.0.1:3000';

/** Address of the API of the stack that runs on a data directory; the usual one where none is found. */
export function serviceAddress(dataDir: string): string {
  const environment = environmentOfApi(dataDir);
  const port = environment?.get('PORT');
  return port === undefined ? USUAL : `http://${environment?.get('HOST') ?? '127.0.0.1'}:${port}`;
}

/** What the API was started with. It may have taken any free port, and only its environment says which. */
function environmentOfApi(dataDir: string): Map<string, string> | undefined {
  try {
    const identity = asIdentity(JSON.parse(readFileSync(join(dataDir, 'run', 'api.json'), 'utf8')));
    if (!identity || !isRunning(identity)) return undefined;
    const lines = readFileSync(`/proc/${identity.pid}/environ`, 'utf8').split('\0');
    return new Map(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
  } catch {
    return undefined; // no stack there, another user's, or a system without /proc
  }
}
