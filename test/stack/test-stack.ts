import { OpenApiClient } from '../../rehearse/openapi-client';

/** The running service, as tests reach it. */
export interface TestStack {
  url: string;
  databaseUrl: string;
  temporalAddress: string;
  temporalNamespace: string;
  password: string;
}

const VARIABLE = 'BIHUAN_TEST_STACK';

/** Jest runs test files in processes of their own; the environment is what reaches them. */
export function shareTestStack(stack: TestStack): void {
  process.env[VARIABLE] = JSON.stringify(stack);
}

/** @throws Error outside of the integration project, whose set-up starts the stack */
export function testStack(): TestStack {
  const shared = process.env[VARIABLE];
  if (shared === undefined) throw new Error('no test stack: run this test in the integration project');
  return JSON.parse(shared) as TestStack;
}

/** A client that knows nothing of the service but its OpenAPI document, as a front end would. */
export function apiClient(): Promise<OpenApiClient> {
  const { url, password } = testStack();
  return OpenApiClient.connect(url, password);
}
