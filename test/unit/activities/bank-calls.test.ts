import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { httpBank } from '../../../activities/bank';

const transfer = { transferId: 't1', amountFen: 100, payee: { name: '林小禾', cardNumber: '6200001000000999', bankName: '示例银行' }, reference: 'r1' };
const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

/** A server that answers everything in one way and counts who comes. */
async function serve(status: number, headers: Record<string, string> = {}): Promise<{ url: string; count: () => number }> {
  let count = 0;
  const server = createServer((request, response) => {
    count += 1;
    request.resume().on('end', () => response.writeHead(status, { 'content-type': 'application/json', connection: 'close', ...headers }).end('{"state":"accepted"}'));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, count: () => count };
}

test('a bank that takes a transfer has taken it, and says how it stands', async () => {
  const { url, count } = await serve(200);
  await httpBank(url).send(transfer);
  expect(await httpBank(url).find('t1')).toEqual({ state: 'accepted' });
  expect(count()).toBe(2);
});

test.each([301, 302, 303, 307, 308])('an answer %i that sends us elsewhere is not followed: name and card number are for the bank alone', async (status) => {
  const elsewhere = await serve(200);
  const bank = await serve(status, { location: `${elsewhere.url}/transfers/t1` });
  await expect(httpBank(bank.url).send(transfer)).rejects.toThrow();
  await expect(httpBank(bank.url).find('t1')).rejects.toThrow();
  expect([bank.count(), elsewhere.count()]).toEqual([2, 0]);
});

test('an error names the transfer and the status, never the payee', async () => {
  const { url } = await serve(500);
  const error = await httpBank(url)
    .send(transfer)
    .catch((reason: unknown) => reason);
  expect(String(error)).toContain('500 to transfer t1');
  expect(String(error)).not.toMatch(/林小禾|6200001000000999/);
});
