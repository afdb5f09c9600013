import { randomBytes } from 'node:crypto';
import { Clamd } from '../../../documents/clamd';
import { ScannerAway } from '../../../documents/virus-scanner';
import { EICAR, TestClamd } from '../../integration/given/clamd';

let daemon: TestClamd;
let scanner: Clamd;
beforeAll(async () => {
  daemon = await TestClamd.start();
  const [host = '', port] = daemon.address.split(':');
  scanner = new Clamd(host, Number(port), 1_000);
});
afterAll(() => daemon.stop());
afterEach(() => {
  daemon.mode = 'scans';
});

test('bytes go over whole, in pieces, and the verdict comes back', async () => {
  expect(await scanner.scan(randomBytes(300_000))).toEqual({ verdict: 'clean' });
  expect(await scanner.scan(Buffer.alloc(0))).toEqual({ verdict: 'clean' });
  expect(await scanner.scan(Buffer.concat([randomBytes(70_000), Buffer.from(EICAR)]))).toEqual({ verdict: 'infected' });
});

test.each(['isSilent', 'hangsUp', 'talksNonsense'] as const)('a daemon that %s has said nothing, least of all "clean"', async (mode) => {
  daemon.mode = mode;
  await expect(scanner.scan(Buffer.from('x'))).rejects.toThrow(ScannerAway);
});

test('what is too large for it is not clean', async () => {
  daemon.mode = 'isFull';
  expect(await scanner.scan(Buffer.from('x'))).toEqual({ verdict: 'failed' });
});

test('where nothing listens, the scanner is away', async () => {
  await expect(new Clamd('127.0.0.1', 1).scan(Buffer.from('x'))).rejects.toThrow(ScannerAway);
});
