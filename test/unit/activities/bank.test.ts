import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { httpBank } from '../../../activities/bank';

let answer: unknown;
let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer((_request, response) => response.setHeader('content-type', 'application/json').end(JSON.stringify(answer)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

test.each([
  [{ state: 'paid', reason: '' }, { state: 'paid' }],
  [{ state: 'accepted' }, { state: 'accepted' }],
  [{ state: 'returned', reason: 'accountClosed' }, { state: 'returned', reason: 'accountClosed' }],
  // What a bank writes in words may name the worker: it must not get into the record as it is.
  [{ state: 'returned', reason: '户名不符：张三 6222020000000000000' }, { state: 'returned', reason: 'other' }],
  [{ state: 'returned' }, { state: 'returned', reason: 'other' }],
])('%j is understood as %j', async (said, understood) => {
  answer = said;
  expect(await httpBank(url).find('t')).toEqual(understood);
});

test.each([null, {}, { state: 'PAID' }, 'paid', []])('%j is no answer: nothing counts as paid by it', async (said) => {
  answer = said;
  await expect(httpBank(url).find('t')).rejects.toThrow('transfer t is none');
});
