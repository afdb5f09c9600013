import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type ConnectionOptions } from 'node:tls';
import { until } from '../../../infra/until';
import { certificate } from '../../../operations/checks/exposure';
import { LIANGXI } from '../given/application';
import { OwnApi } from '../../stack/own-api';
import { testStack } from '../../stack/test-stack';

const directory = mkdtempSync(join(tmpdir(), 'bihuan-tls-'));
const file = (name: string) => join(directory, name);
const DAY_MS = 86_400_000;

/** A certificate that signs itself, as only a test may use it. */
function makeCertificate(name: string, host: string): void {
  const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '60', '-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`];
  execFileSync('openssl', [...args, '-keyout', file(`${name}.key`), '-out', file(`${name}.crt`)], { stdio: 'ignore' });
}

let api: OwnApi;
beforeAll(async () => {
  makeCertificate('first', 'aid.example.org');
  makeCertificate('second', 'new.example.org');
  for (const kind of ['crt', 'key']) copyFileSync(file(`first.${kind}`), file(`current.${kind}`));
  api = await OwnApi.start({ TLS_CERT_FILE: file('current.crt'), TLS_KEY_FILE: file('current.key'), PUBLIC_URL: 'https://aid.example.org' });
});
afterAll(async () => {
  await api.stop();
  rmSync(directory, { recursive: true, force: true });
});

function shakeHands(options: ConnectionOptions = {}): Promise<{ subject: string; protocol: string; suite: string }> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: api.port, rejectUnauthorized: false, ...options }, () => {
      resolve({ subject: String(socket.getPeerCertificate().subject.CN), protocol: socket.getProtocol() ?? '', suite: socket.getCipher().name });
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

function ask(path: string, headers: Record<string, string> = {}): Promise<{ status: number; headers: NodeJS.Dict<string | string[]> }> {
  return new Promise((resolve, reject) => {
    get(`${api.url}${path}`, { rejectUnauthorized: false, headers: { host: 'aid.example.org', ...headers } }, (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0, headers: response.headers });
    }).on('error', reject);
  });
}

test('TLS 1.2 and 1.3 are spoken, older ones and weak suites are not', async () => {
  expect((await shakeHands()).protocol).toBe('TLSv1.3');
  expect((await shakeHands({ maxVersion: 'TLSv1.2' })).protocol).toBe('TLSv1.2');
  await expect(shakeHands({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' })).rejects.toThrow();
  await expect(shakeHands({ maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA:AES256-SHA:ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0' })).rejects.toThrow();
});

test('of the suites that a caller offers ours come first, whatever its own order', async () => {
  expect((await shakeHands({ maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384' })).suite).toBe('ECDHE-ECDSA-AES256-GCM-SHA384');
  expect((await shakeHands({ minVersion: 'TLSv1.3', ciphers: 'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384' })).suite).toBe('TLS_AES_256_GCM_SHA384');
});

test('browsers are told to come by TLS only, and requests under other names are refused', async () => {
  const answer = await ask('/health/live');
  expect([answer.status, answer.headers['strict-transport-security']]).toEqual([200, 'max-age=31536000']);
  expect((await ask('/health/live', { host: 'evil.example' })).status).toBe(421);
  expect((await ask('/health/live', { host: '127.0.0.1' })).status).toBe(200);
});

test('a page of the public address may use its cookie, a page of the same name without TLS may not', async () => {
  const login = await new Promise<{ status: number; cookie: string }>((resolve, reject) => {
    const body = JSON.stringify({ username: LIANGXI.clerk, password: testStack().password });
    const sent = request(`${api.url}/v1/session`, { method: 'POST', rejectUnauthorized: false, headers: { host: 'aid.example.org', 'content-type': 'application/json', origin: 'https://aid.example.org' } }, (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0, cookie: String(response.headers['set-cookie']) });
    });
    sent.on('error', reject);
    sent.end(body);
  });
  expect(login.status).toBe(200);
  expect(login.cookie).toMatch(/Secure/);
});

test('plain HTTP on the port of TLS is no way in', async () => {
  await expect(fetch(`http://127.0.0.1:${api.port}/health/live`)).rejects.toThrow();
});

test('a new certificate is taken at SIGHUP; one that cannot be used changes nothing', async () => {
  writeFileSync(file('current.crt'), 'not a certificate');
  api.signal('SIGHUP');
  await until(() => (api.log.includes('certificate and key stay as they were') ? true : undefined), { withinMs: 20_000 });
  expect((await shakeHands()).subject).toBe('aid.example.org');
  for (const kind of ['crt', 'key']) copyFileSync(file(`second.${kind}`), file(`current.${kind}`));
  api.signal('SIGHUP');
  await until(() => (api.log.includes('have been read anew') ? true : undefined), { withinMs: 20_000 });
  expect((await shakeHands()).subject).toBe('new.example.org');
});

test('files that do not belong together, or are not there, are told at the start', async () => {
  expect(await OwnApi.refusal({ TLS_CERT_FILE: file('first.crt'), TLS_KEY_FILE: file('second.key') })).toContain('cannot be used together');
  expect(await OwnApi.refusal({ TLS_CERT_FILE: file('none.crt'), TLS_KEY_FILE: file('second.key') })).toContain('cannot be read');
});

test('behind a proxy that is trusted, what it says of TLS counts', async () => {
  const behind = await OwnApi.start({ TRUST_PROXY: '127.0.0.1' });
  try {
    const answer = async (headers: Record<string, string>) => (await fetch(`${behind.url}/health/live`, { headers })).headers.get('strict-transport-security');
    expect(await answer({ 'x-forwarded-proto': 'https' })).toBe('max-age=31536000');
    expect(await answer({})).toBeNull();
  } finally {
    await behind.stop();
  }
});

test('doctor says how the certificate stands', () => {
  const http = (cert: string, key: string, publicUrl?: string) => ({ http: { tls: { certFile: file(cert), keyFile: file(key) }, publicUrl } }) as Parameters<typeof certificate>[0];
  expect(certificate(http('first.crt', 'first.key', 'https://aid.example.org')).level).toBe('ok');
  expect(certificate(http('first.crt', 'first.key'), Date.now() + 40 * DAY_MS)).toMatchObject({ level: 'warning' });
  expect(certificate(http('first.crt', 'first.key'), Date.now() + 70 * DAY_MS)).toMatchObject({ level: 'wrong' });
  expect(certificate(http('first.crt', 'first.key'), Date.now() - 2 * DAY_MS)).toMatchObject({ level: 'wrong' });
  expect(certificate(http('first.crt', 'second.key'))).toMatchObject({ level: 'wrong', says: 'the key does not belong to the certificate' });
  expect(certificate(http('first.crt', 'first.key', 'https://other.example.org'))).toMatchObject({ level: 'wrong' });
  expect(certificate(http('none.crt', 'first.key'))).toMatchObject({ level: 'wrong' });
});
