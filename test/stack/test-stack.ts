import type { Pool } from 'pg';
import { OpenApiClient } from '../../rehearse/openapi-client';
import { keyProviderOf } from '../../security/key-settings';
import { keySettingsIn } from '../../service/master-keys';
import { openRecordKeys, type RecordKeys } from '../../store/record-keys';

/** The running service, as tests reach it. */
export interface TestStack {
  url: string;
  /** Where the API tells operators what it does: metrics, and short messages of the sandbox. */
  operatorUrl: string;
  databaseUrl: string;
  temporalAddress: string;
  temporalNamespace: string;
  password: string;
  /** Address of the engine's UI. */
  engineUiUrl: string;
  /** File of the master keys. */
  keyringFile: string;
  /** File of the key of second factors. */
  signInKeyFile: string;
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

/** The keys of its record, as its own processes have them. */
export function testKeys(pool: Pool): Promise<RecordKeys> {
  const settings = keySettingsIn({ MASTER_KEYS_FILE: testStack().keyringFile }, false);
  return openRecordKeys(pool, keyProviderOf(settings), settings.profile);
}

/** A client that knows nothing of the service but its OpenAPI document, as a front end would. */
export function apiClient(): Promise<OpenApiClient> {
  const { url, password } = testStack();
  return OpenApiClient.connect(url, password);
}
