import { readConfig } from '../infra/config';
import { forget } from '../infra/data-dir';
import { reasonOf } from '../infra/errors';
import { KEYS_DIRECTORY } from './master-keys';
import { SERVICE_DATA } from './stack';

/** `npm run reset`: forgets everything that the embedded stack keeps. */
async function main(): Promise<void> {
  const { dataDir, databaseUrl } = readConfig(process.env);
  // A database of its own is not forgotten, so the keys to it must not be.
  const wasThere = await forget(dataDir, databaseUrl === undefined ? SERVICE_DATA : SERVICE_DATA.filter((name) => name !== KEYS_DIRECTORY));
  console.log(wasThere ? `Forgotten: everything in ${dataDir}.` : `There is nothing to forget in ${dataDir}.`);
}

main().catch((error: unknown) => {
  console.error(reasonOf(error));
  process.exitCode = 1;
});
