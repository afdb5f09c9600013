import { isOperation, needsSignIn, OPERATIONS } from '../../../access/operations';
import { testStack } from '../../stack/test-stack';

interface Document {
  paths: Record<string, Record<string, { operationId?: string; security?: object[] }>>;
}

async function operations(): Promise<{ path: string; id: string; isOpen: boolean }[]> {
  const { paths } = (await (await fetch(`${testStack().url}/openapi.json`)).json()) as Document;
  return Object.entries(paths).flatMap(([path, methods]) => Object.values(methods).map(({ operationId = '', security }) => ({ path, id: operationId, isOpen: security?.length === 0 })));
}

test('every operation of the document has its line in the access table, and every line its operation', async () => {
  const documented = await operations();
  expect(documented.filter(({ id }) => !isOperation(id))).toEqual([]);
  expect(Object.keys(OPERATIONS).filter((id) => !documented.some((operation) => operation.id === id))).toEqual([]);
});

test('what the document calls open is what the table calls open', async () => {
  expect((await operations()).filter(({ id, isOpen }) => isOperation(id) && isOpen === needsSignIn(id))).toEqual([]);
});
