import { subscribe } from 'node:diagnostics_channel';
import type { FastifyInstance, RouteOptions } from 'fastify';
import type { Services } from '../../api/operation';
import { buildServer } from '../../api/server';
import { EnvironmentReader } from '../../infra/environment';
import { readHttpSettings } from '../../infra/http-settings';

/** What test/unit/access/every-route.test.ts reads of a route. */
export interface RouteLine {
  method: string;
  url: string;
  /** The operation whose line in the access table guards it. */
  operation: string | null;
}

/** Services that are only taken hold of while routes are registered, and never asked. */
function nothing(): Services {
  const stub: unknown = new Proxy(() => undefined, { get: (_target, name) => (name === 'then' || typeof name === 'symbol' ? undefined : stub) });
  return stub as Services;
}

/**
 * Prints everything that the app of production answers to, whoever registers it and whether or not it stands in the document;
 * and the document's own routes. In a process of its own, because Jest cannot load all of the app's libraries.
 */
async function main(): Promise<void> {
  const routes: RouteOptions[] = [];
  // Told before anything is registered, plugins' routes included.
  subscribe('fastify.initialization', (message) => {
    (message as { fastify: FastifyInstance }).fastify.addHook('onRoute', (route) => void routes.push(route));
  });
  const app = await buildServer(nothing(), { logLevel: 'silent', http: readHttpSettings(new EnvironmentReader({}), false) });
  const { paths = {} } = app.swagger() as { paths?: Record<string, Record<string, unknown>> };
  const documented = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
  const lines = routes.flatMap(({ method, url, config }): RouteLine[] => [method].flat().map((name) => ({ method: name, url, operation: config?.operation ?? null })));
  process.stdout.write(JSON.stringify({ routes: lines, documented }));
  await app.close();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
