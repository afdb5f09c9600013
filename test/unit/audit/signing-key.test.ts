import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newSigningKey, signerOf } from '../../../audit/checkpoint-signer';
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
  const file = makeDevelopmentSigningKey(directory);
  const pem = readFileSync(file, 'utf8');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(makeDevelopmentSigningKey(directory), 'utf8')).toBe(pem);
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

test('a key is never written over', () => {
  const file = join(directory, 'key.pem');
  writeSigningKey(file, newSigningKey());
  const before = readFileSync(file, 'utf8');
  expect(() => writeSigningKey(file, newSigningKey())).toThrow('EEXIST');
  expect(readFileSync(file, 'utf8')).toBe(before);
});
