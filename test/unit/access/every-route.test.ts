import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { FastifyInstance, RouteOptions } from 'fastify';
import { OPERATIONS } from '../../../access/operations';
import type { Services } from '../../../api/operation';
import { buildServer } from '../../../api/server';
import { readHttpSettings } from '../../../infra/http-settings';
import { EnvironmentReader } from '../../../infra/environment';

/** Pages of the documentation and what they load: nothing of any case. Whatever else comes without an operation is a hole. */
const WITHOUT_OPERATION = /^(\/|\/openapi\.json|\/docs(\/.*)?)$/;

type Route = Pick<RouteOptions, 'method' | 'url' | 'config' | 'schema'>;

/** Everything that the app of production answers to, whoever registers it and whether or not it stands in the document. */
async function routesOfTheApp(): Promise<{ routes: Route[]; documented: Set<string> }> {
  const routes: Route[] = [];
  // Told before anything is registered, plugins' routes included.
  const listen = (message: unknown) => {
    (message as { fastify: FastifyInstance }).fastify.addHook('onRoute', (route) => void routes.push(route));
  };
  subscribe('fastify.initialization', listen);
  try {
    const app = await buildServer(nothing(), { logLevel: 'silent', http: readHttpSettings(new EnvironmentReader({}), false) });
    const { paths = {} } = app.swagger() as { paths?: Record<string, Record<string, unknown>> };
    const documented = new Set(Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`)));
    await app.close();
    return { routes, documented };
  } finally {
    unsubscribe('fastify.initialization', listen);
  }
}

/** Services that are only taken hold of while routes are registered, and never asked. */
function nothing(): Services {
  const stub: unknown = new Proxy(() => undefined, { get: (_target, name) => (name === 'then' || typeof name === 'symbol' ? undefined : stub) });
  return stub as Services;
}

let routes: Route[];
let documented: Set<string>;
beforeAll(async () => {
  ({ routes, documented } = await routesOfTheApp());
});

test('every route that the app answers to has its line in the access table; without one there are the pages of the documentation, and no other', () => {
  expect(routes.length).toBeGreaterThan(90);
  const withoutLine = routes.filter(({ url, config }) => {
    const operation = config?.operation;
    return operation === undefined ? !WITHOUT_OPERATION.test(url) : !Object.hasOwn(OPERATIONS, operation);
  });
  expect(withoutLine.map(({ method, url }) => `${String(method)} ${url}`)).toEqual([]);
});

test('none is hidden from the document, where the matrix and the fuzz find their operations', () => {
  const hidden = routes.filter(({ config }) => config?.operation !== undefined).flatMap(({ method, url }) =>
    [method]
      .flat()
      .filter((name) => name !== 'HEAD')
      .map((name) => `${name} ${url.replaceAll(/:(\w+)/g, '{$1}')}`),
  );
  expect(hidden.filter((route) => !documented.has(route))).toEqual([]);
  expect(documented.size).toBe(hidden.length);
});

test('an operation stands at one route', () => {
  const operations = routes.filter(({ method }) => method !== 'HEAD').flatMap(({ config }) => config?.operation ?? []);
  expect(operations.filter((operation, index) => operations.indexOf(operation) !== index)).toEqual([]);
  expect([...operations].sort()).toEqual(Object.keys(OPERATIONS).sort());
});
