import { KeyServiceAway, MasterKeyMissing, WrappingBroken } from '../../../security/key-provider';
import { TransitKms } from '../../../security/transit-kms';
import { TransitProcess } from '../../security/transit-process';

const dataKey = Buffer.alloc(32, 7);
let service: TransitProcess;
beforeEach(async () => {
  service = await TransitProcess.start();
});
afterEach(() => service.stop());

const kmsOf = (other: Partial<ConstructorParameters<typeof TransitKms>[0]> = {}) =>
  new TransitKms({ url: service.url, mount: 'transit', keyName: service.keyName, tokenFile: service.tokenFile, ...other });

test('a key that it wrapped unwraps, in another process as well, and is not readable in between', async () => {
  const wrapped = await kmsOf().wrap(dataKey, 'case:1');
  expect(wrapped.masterKeyId).toBe('bihuan:v1');
  expect(wrapped.wrapped.toString()).toMatch(/^vault:v1:/);
  expect(await kmsOf().unwrap(wrapped, 'case:1')).toEqual(dataKey);
});

test('for another case, changed, or said to be of another version it does not', async () => {
  const kms = kmsOf();
  const key = await kms.wrap(dataKey, 'case:1');
  await expect(kms.unwrap(key, 'case:2')).rejects.toThrow(WrappingBroken);
  const changed = Buffer.from(key.wrapped);
  changed.writeUInt8(changed.readUInt8(20) ^ 1, 20);
  await expect(kms.unwrap({ ...key, wrapped: changed }, 'case:1')).rejects.toThrow(WrappingBroken);
  await expect(kms.unwrap({ ...key, masterKeyId: 'bihuan:v2' }, 'case:1')).rejects.toThrow(WrappingBroken);
});

test('when the service rotates its key, old keys unwrap until it gives the old version up', async () => {
  const old = await kmsOf().wrap(dataKey, 'case:1');
  await service.does('rotate');
  const kms = kmsOf();
  expect([await kms.currentId(), await kms.knows('bihuan:v1'), await kms.knows('bihuan:v3'), await kms.knows('other:v1'), await kms.knows('development-1')]).toEqual(['bihuan:v2', true, false, false, false]);
  expect(await kms.unwrap(old, 'case:1')).toEqual(dataKey);
  expect((await kms.wrap(dataKey, 'case:1')).masterKeyId).toBe('bihuan:v2');
  await service.does('disallow-oldest');
  expect(await kms.knows('bihuan:v1')).toBe(false);
  await expect(kms.unwrap(old, 'case:1')).rejects.toThrow(new MasterKeyMissing('bihuan:v1'));
});

test('a key of somebody else is not asked for there', async () => {
  await expect(kmsOf().unwrap({ masterKeyId: 'development-1', wrapped: Buffer.from('x') }, 'case:1')).rejects.toThrow(new MasterKeyMissing('development-1'));
});

test('a wrong token, a sealed service, none at all: away, to be tried again, and the message holds neither token nor key', async () => {
  const kms = kmsOf();
  const key = await kms.wrap(dataKey, 'case:1');
  const reasons: string[] = [];
  const isAway = async () => {
    const error = await kms.unwrap(key, 'case:1').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(KeyServiceAway);
    reasons.push(String(error));
  };
  service.giveToken('another-token-of-no-use');
  await isAway();
  service.giveToken(service.token); // whoever renews it puts it there
  expect(await kms.unwrap(key, 'case:1')).toEqual(dataKey);
  await service.does('seal');
  await isAway();
  await service.does('seal');
  await service.stop(); // takes the token away, too
  await isAway();
  for (const secret of [service.token, 'another-token', dataKey.toString('base64'), key.wrapped.toString()]) expect(reasons.join()).not.toContain(secret);
});
