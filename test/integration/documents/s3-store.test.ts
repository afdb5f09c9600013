import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { addressOf, StoredOtherwise } from '../../../documents/document-store';
import { S3Store } from '../../../documents/s3-store';

let server: ChildProcess;
let endpoint: string;
beforeAll(async () => {
  server = spawn(process.execPath, ['--import', 'tsx', join(__dirname, '..', '..', 'stack', 's3-server.ts'), 'OURKEY', 'papers'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(server.stdout!, 'data', { signal: AbortSignal.timeout(30_000) })) as [Buffer];
  endpoint = `http://127.0.0.1:${line.toString().trim()}`;
});
afterAll(() => server.kill());

function store(change: { accessKeyId?: string; bucket?: string } = {}): S3Store {
  return new S3Store({ bucket: 'papers', region: 'cn-north-1', endpoint, accessKeyId: 'OURKEY', secretAccessKey: 'secret', ...change });
}

test('gives back what was put, lists all of it page by page, and forgets what is removed', async () => {
  const contents = Array.from({ length: 5 }, () => randomBytes(5_000));
  const addresses = contents.map(addressOf).sort();
  for (const content of contents) await store().put(addressOf(content), content);
  for (const content of contents) expect(await store().get(addressOf(content))).toEqual(content);
  const listed: string[] = [];
  for await (const { address, storedAt } of store().list()) {
    expect(storedAt.getTime()).toBeGreaterThan(Date.now() - 60_000);
    listed.push(address);
  }
  expect(listed.sort()).toEqual(addresses);
  await store().remove(addresses[0]!);
  await store().remove(addresses[0]!);
  expect(await store().get(addresses[0]!)).toBeUndefined();
});

test('another key, and another bucket, are refused and not taken for "nothing is there"', async () => {
  const address = addressOf(Buffer.from('x'));
  await expect(store({ accessKeyId: 'OTHER' }).get(address)).rejects.toThrow();
  await expect(store({ bucket: 'others' }).put(address, Buffer.from('x'))).rejects.toThrow();
});

test('what lies under an address and is something else is not given out', async () => {
  const address = addressOf(Buffer.from('right'));
  await store().put(address, Buffer.from('wrong'));
  await expect(store().get(address)).rejects.toThrow(StoredOtherwise);
});
