import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { OPERATIONS } from '../../../access/operations';
import type { RouteLine } from '../../stack/routes-of-the-app';

jest.setTimeout(120_000);

/** Pages of the documentation and what they load: nothing of any case. Whatever else comes without an operation is a hole. */
const WITHOUT_OPERATION = /^(\/|\/openapi\.json|\/docs(\/.*)?)$/;

let routes: RouteLine[];
let documented: Set<string>;
beforeAll(async () => {
  const root = join(__dirname, '..', '..', '..');
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', 'test/stack/routes-of-the-app.ts'], { cwd: root, timeout: 110_000, maxBuffer: 4 * 1024 * 1024 });
  const told = JSON.parse(stdout) as { routes: RouteLine[]; documented: string[] };
  routes = told.routes;
  documented = new Set(told.documented);
});

test('every route that the app answers to has its line in the access table; without one there are the pages of the documentation, and no other', () => {
  expect(routes.length).toBeGreaterThan(90);
  const withoutLine = routes.filter(({ url, operation }) => (operation === null ? !WITHOUT_OPERATION.test(url) : !Object.hasOwn(OPERATIONS, operation)));
  expect(withoutLine.map(({ method, url }) => `${method} ${url}`)).toEqual([]);
});

test('none is hidden from the document, where the matrix and the fuzz find their operations', () => {
  const guarded = routes.filter(({ method, operation }) => operation !== null && method !== 'HEAD').map(({ method, url }) => `${method} ${url.replaceAll(/:(\w+)/g, '{$1}')}`);
  expect(guarded.filter((route) => !documented.has(route))).toEqual([]);
  expect(documented.size).toBe(guarded.length);
});

test('an operation stands at one route, and every line has one', () => {
  const operations = routes.flatMap(({ method, operation }) => (method === 'HEAD' || operation === null ? [] : operation));
  expect([...operations].sort()).toEqual(Object.keys(OPERATIONS).sort());
});
