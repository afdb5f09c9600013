import { createCipheriv, createDecipheriv, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/*
 * A transit secrets engine as Vault and OpenBao speak it over HTTP, as far as we use it: it checks the token, keeps its keys to itself
 * and really encrypts. A program of its own, so that nothing but HTTP reaches it. Not a Vault: what only a Vault can show is not shown.
 *
 * Environment: TOKEN, KEY_NAME. Prints its address. `POST /test/…` is for the test alone.
 */
const { TOKEN = '', KEY_NAME = '' } = process.env;
const versions: Buffer[] = [randomBytes(32)];
let oldest = 1;
/** 503 to everything, as a sealed Vault answers. */
let isSealed = false;

class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

function encrypt(plaintext: Buffer, associated: Buffer): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', versions.at(-1)!, nonce).setAAD(associated);
  const sealed = Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  return `vault:v${versions.length}:${sealed.toString('base64')}`;
}

function decrypt(ciphertext: string, associated: Buffer): Buffer {
  const [, version = '', content = ''] = /^vault:v(\d+):(.+)$/.exec(ciphertext) ?? [];
  const key = Number(version) >= oldest ? versions[Number(version) - 1] : undefined;
  if (!key) throw new Refused(400, 'ciphertext or signature version is disallowed by policy (too old)');
  const sealed = Buffer.from(content, 'base64');
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12)).setAAD(associated);
    decipher.setAuthTag(sealed.subarray(-16));
    return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
  } catch {
    throw new Refused(400, `invalid ciphertext: unable to decrypt ${ciphertext}`);
  }
}

function isToken(given: unknown): boolean {
  return typeof given === 'string' && given.length === TOKEN.length && timingSafeEqual(Buffer.from(given), Buffer.from(TOKEN));
}

async function answer(request: IncomingMessage): Promise<object> {
  const body = request.method === 'POST' ? ((await json(request)) as Record<string, string>) : {};
  const bytes = (name: string) => Buffer.from(body[name] ?? '', 'base64');
  switch (`${request.method ?? ''} ${request.url ?? ''}`) {
    case 'POST /test/rotate':
      versions.push(randomBytes(32));
      return {};
    case 'POST /test/disallow-oldest':
      oldest = versions.length;
      return {};
    case 'POST /test/seal':
      isSealed = !isSealed;
      return {};
  }
  if (isSealed) throw new Refused(503, 'Vault is sealed');
  if (!isToken(request.headers['x-vault-token'])) throw new Refused(403, 'permission denied');
  switch (`${request.method ?? ''} ${request.url ?? ''}`) {
    case `GET /v1/transit/keys/${KEY_NAME}`:
      return { data: { name: KEY_NAME, type: 'aes256-gcm96', latest_version: versions.length, min_decryption_version: oldest } };
    case `POST /v1/transit/encrypt/${KEY_NAME}`:
      return { data: { ciphertext: encrypt(bytes('plaintext'), bytes('associated_data')), key_version: versions.length } };
    case `POST /v1/transit/decrypt/${KEY_NAME}`:
      return { data: { plaintext: decrypt(body.ciphertext ?? '', bytes('associated_data')).toString('base64') } };
    default:
      throw new Refused(404, 'no handler for route');
  }
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [status, body] = await answer(request).then(
    (found) => [200, found] as const,
    (error: unknown) => (error instanceof Refused ? ([error.status, { errors: [error.message] }] as const) : ([500, { errors: [String(error)] }] as const)),
  );
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

const server = createServer((request, response) => void handle(request, response));
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
process.once('SIGTERM', () => server.close());
