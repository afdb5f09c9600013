import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkpointKeyOf, newSigningKey, signerOf } from '../../../audit/checkpoint-signer';
import { makeDevelopmentSigningKey, readSigner, writeSigningKey } from '../../../audit/signing-key';
import { EnvironmentReader } from '../../../infra/environment';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'bihuan-keys-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function mistakes(env: Record<string, string>, production: boolean): { mistakes: string[]; keyId: string | undefined } {
  const read = new EnvironmentReader(env);
  const signer = readSigner(read, { production });
  return { mistakes: read.mistakes, keyId: signer?.keyId };
}

test('the key of development is made once, for this user alone, and is refused in production', () => {
  const file = makeDevelopmentSigningKey(directory, 'intl');
  const pem = readFileSync(file, 'utf8');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(makeDevelopmentSigningKey(directory, 'intl'), 'utf8')).toBe(pem);
  expect(mistakes({ AUDIT_SIGNING_KEY_FILE: file }, false)).toEqual({ mistakes: [], keyId: signerOf(pem).keyId });
  expect(mistakes({ AUDIT_SIGNING_KEY_FILE: file }, true).mistakes).toEqual([expect.stringContaining('development')]);
});

test('production without a key is refused, development goes without', () => {
  expect(mistakes({}, true).mistakes).toEqual([expect.stringContaining('AUDIT_SIGNING_KEY_FILE must be set')]);
  expect(mistakes({}, false)).toEqual({ mistakes: [], keyId: undefined });
});

test('what is no key is said without being repeated', () => {
  const file = join(directory, 'wrong');
  writeFileSync(file, 'a secret of somebody else');
  const told = mistakes({ AUDIT_SIGNING_KEY_FILE: file }, true).mistakes;
  expect(told).toEqual(['AUDIT_SIGNING_KEY holds no private key in PEM (PKCS #8)']);
});

test.each(['intl', 'gm'] as const)('what a key of %s signs, its public key verifies, and no other key does', (profile) => {
  const signer = signerOf(newSigningKey(profile));
  const data = Buffer.from('the ends of all chains');
  const signature = signer.sign(data);
  expect(signer.algorithm).toBe({ intl: 'Ed25519', gm: 'SM2' }[profile]);
  const key = checkpointKeyOf(signer.publicKey);
  expect(key.keyId).toBe(signer.keyId);
  expect(key.verifies(data, signature)).toBe(true);
  expect(key.verifies(Buffer.from('other ends of chains'), signature)).toBe(false);
  for (const other of ['intl', 'gm'] as const) expect(checkpointKeyOf(signerOf(newSigningKey(other)).publicKey).verifies(data, signature)).toBe(false);
});

test('an SM2 key is read as other programs write it, and read by them', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'SM2' });
  const signer = signerOf(privateKey.export({ format: 'pem', type: 'pkcs8' }) as string);
  expect(signer.publicKey).toBe(publicKey.export({ format: 'pem', type: 'spki' }));
  const ours = newSigningKey('gm');
  expect(createPrivateKey(ours).export({ format: 'pem', type: 'pkcs8' })).toBe(ours);
});

test('a key is never written over', () => {
  const file = join(directory, 'key.pem');
  writeSigningKey(file, newSigningKey('intl'));
  const before = readFileSync(file, 'utf8');
  expect(() => writeSigningKey(file, newSigningKey('intl'))).toThrow('EEXIST');
  expect(readFileSync(file, 'utf8')).toBe(before);
});
