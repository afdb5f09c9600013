import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../infra/config';
import { developmentKeyringIn } from '../../security/development-keyring';
import { SIGN_IN_KEY_FILE } from '../../service/sign-in-key';
import { startService, type Service } from '../../service/stack';
import { shareTestStack } from './test-stack';

declare global {
  var testService: { service: Service; dataDir: string } | undefined;
}

/** Starts the service that the integration tests share: the real one, on free ports, in a directory of its own. */
export default async function setup(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'bihuan-test-'));
  chmodSync(dataDir, 0o755); // PostgreSQL's own user must be able to go in
  const config = readConfig({ ...process.env, NODE_ENV: 'test', DATA_DIR: dataDir, PORT: '0', UI_PORT: '0', SIMULATION: 'on', DEMO_PASSWORD: '' });
  const service = await startService(config, {
    onProgress: (line) => process.stderr.write(`${line}\n`),
    onFailure: (sentence) => process.stderr.write(`${sentence}\n`),
  });
  globalThis.testService = { service, dataDir };
  shareTestStack({
    url: service.url,
    operatorUrl: (service.metricsUrls[0] ?? '').replace(/\/metrics$/, ''),
    databaseUrl: service.databaseUrl,
    temporalAddress: service.temporal.address,
    temporalNamespace: service.temporal.namespace,
    password: config.demoPassword,
    engineUiUrl: service.engineUiUrl ?? '',
    keyringFile: developmentKeyringIn(dataDir),
    signInKeyFile: join(dataDir, SIGN_IN_KEY_FILE),
  });
}
