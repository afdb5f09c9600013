import { createServer, type Server } from 'node:net';
import { assertPortIsFree, choosePort, freePorts, isPortCollision, LOCAL } from '../../../infra/ports';

let taken: Server;
let takenPort: number;

beforeAll(async () => {
  [takenPort] = (await freePorts(1)) as [number];
  taken = createServer().listen(takenPort, LOCAL);
  await new Promise((resolve) => taken.once('listening', resolve));
});
afterAll(() => new Promise((resolve) => taken.close(resolve)));

test('free ports are different and fit a 16-bit signed column', async () => {
  const ports = await freePorts(20);
  expect(new Set(ports).size).toBe(20);
  expect(Math.max(...ports)).toBeLessThanOrEqual(32_767);
});

test('a port that was set and is taken is refused in one sentence with its variable and number', async () => {
  await expect(choosePort('UI_PORT', { port: takenPort, explicit: true })).rejects.toThrow(
    `UI_PORT is ${takenPort}, but another program is already listening on port ${takenPort} of 127.0.0.1; stop it or set UI_PORT to another port (0 = any free one).`,
  );
  await expect(assertPortIsFree('PORT', takenPort)).rejects.toThrow('PORT is');
});

test('a preferred port that is taken gives way to a free one', async () => {
  const port = await choosePort('UI_PORT', { port: takenPort, explicit: false });
  expect(port).not.toBe(takenPort);
  await expect(assertPortIsFree('UI_PORT', port)).resolves.toBeUndefined();
});

test('a port that was set and is free is used', async () => {
  const [free] = (await freePorts(1)) as [number];
  expect(await choosePort('POSTGRES_PORT', { port: free, explicit: true })).toBe(free);
});

test.each([
  'FATAL:  could not create any TCP/IP sockets: could not bind IPv4 address "127.0.0.1": Address already in use',
  'listen tcp 127.0.0.1:7233: bind: address already in use',
])('"%s" is recognised as a taken port', (output) => {
  expect(isPortCollision(output)).toBe(true);
});
