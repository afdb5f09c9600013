import Fastify from 'fastify';
import { guardOperations } from '../../../api/authentication';
import type { Services } from '../../../api/operation';

// That the table and the document of the running service name the same operations: test/integration/api/operations.table.test.ts.
test.each([
  ['without an operation id', { schema: {} }, 'nobody says who may use it'],
  ['with an operation that is in no table', { schema: { operationId: 'readAllSecrets' } }, 'has no line in the access table'],
])('a route %s does not start', async (_, options, message) => {
  const app = Fastify();
  const { pool } = {} as Services; // never asked, nor is sign-in
  guardOperations(app, pool, {} as Services['signIn']);
  expect(() => app.get('/v1/secrets', options, () => 'all')).toThrow(message);
  await app.close();
});
