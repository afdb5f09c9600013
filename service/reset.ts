import { readConfig } from '../infra/config';
import { forget } from '../infra/data-dir';
import { reasonOf } from '../infra/errors';
import { SERVICE_DATA } from './stack';

/** `npm run reset`: forgets everything that the embedded stack keeps. */
async function main(): Promise<void> {
  const { dataDir } = readConfig(process.env);
  const wasThere = await forget(dataDir, SERVICE_DATA);
  console.log(wasThere ? `Forgotten: everything in ${dataDir}.` : `There is nothing to forget in ${dataDir}.`);
}

main().catch((error: unknown) => {
  console.error(reasonOf(error));
  process.exitCode = 1;
});
