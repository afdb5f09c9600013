import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LOCAL } from '../../../infra/ports';
import { connectEngine } from '../../../infra/temporal/engine-client';
import { whyUnreached } from '../../../infra/temporal/unreached';

const directory = mkdtempSync(join(tmpdir(), 'bihuan-unreached-'));
const [ours, strange] = ['ours', 'strange'].map((name) => (file: string) => join(directory, name, `engine_${file}`)) as [(file: string) => string, (file: string) => string];
const servers: Server[] = [];
beforeAll(() => {
  for (const name of ['ours', 'strange']) execFileSync('sh', [join(__dirname, '../../../infra/containers/make-secrets.sh'), join(directory, name)]);
});
afterAll(() => {
  for (const server of servers) server.close();
  rmSync(directory, { recursive: true, force: true });
});

async function listening(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, LOCAL, resolve));
  return `${LOCAL}:${(server.address() as AddressInfo).port}`;
}

/** Asks for a certificate of its own authority, and speaks first, as a server of HTTP/2 does. */
function engine(): Promise<string> {
  const files = { ca: readFileSync(ours('authority')), cert: readFileSync(ours('server_certificate')), key: readFileSync(ours('server_key')) };
  const server = createTlsServer({ ...files, requestCert: true, rejectUnauthorized: true, ALPNProtocols: ['h2'] }, (socket) => socket.write('settings'));
  server.on('tlsClientError', () => undefined);
  return listening(server);
}

const own = (of = ours) => ({ certificatePath: of('client_certificate'), keyPath: of('client_key') });

test('where nobody listens, or nobody who speaks in clear, that is the reason', async () => {
  const address = await listening(createServer((socket) => socket.end()));
  expect(await whyUnreached({ address })).toContain('TEMPORAL_TLS_SERVER_CA_CERT_PATH');
  await new Promise((resolve) => servers.pop()!.close(resolve));
  expect(await whyUnreached({ address })).toBe('nobody listens there');
});

test('of a handshake that fails the reason is what is wrong with whose certificate', async () => {
  const address = await engine();
  const why = (tls: Parameters<typeof whyUnreached>[0]['tls']) => whyUnreached({ address, tls });
  const serverName = 'temporal';
  expect(await why({ authorityPath: strange('authority'), own: own(), serverName })).toMatch(/certificate/);
  expect(await why({ authorityPath: ours('authority'), own: own(), serverName: 'other.example' })).toMatch(/altnames/);
  expect(await why({ authorityPath: ours('authority'), own: own(strange), serverName })).toMatch(/does not take our certificate/);
  expect(await why({ authorityPath: ours('authority'), serverName })).toMatch(/certificate required/);
  expect(await why({ authorityPath: ours('authority'), own: own(), serverName })).toBeUndefined();
});

test('whoever connects is told the reason in place of the time that went by', async () => {
  const address = await engine();
  await expect(connectEngine({ address, tls: { authorityPath: ours('authority'), serverName: 'temporal' } }, { connectTimeout: '1s' })).rejects.toThrow(/certificate required/);
});
