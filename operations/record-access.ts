import { existsSync } from 'node:fs';
import type { Client, Connection } from '@temporalio/client';
import type { Pool } from 'pg';
import { ConfigurationError, type Config } from '../infra/config';
import { EnvironmentReader } from '../infra/environment';
import { reasonOf, StartupError } from '../infra/errors';
import { engineClient } from '../infra/temporal/engine-client';
import { SealingCodec } from '../infra/temporal/payload-codec';
import { developmentKeyringIn } from '../security/development-keyring';
import { EngineSeals } from '../security/engine-seals';
import { KeyServiceAway, MasterKeyMissing, WrappingBroken } from '../security/key-provider';
import { keyProviderOf, readKeySettings, type KeySettings } from '../security/key-settings';
import { IndexKeyGone, openRecordKeys, type RecordKeys } from '../store/record-keys';
import { caseIdOf } from '../workflows/case/messages';

/** The master keys that a tool works with: those of the settings, else those that a stack of development made for itself. @throws ConfigurationError */
export function keySettingsOf(config: Config): KeySettings {
  const own = developmentKeyringIn(config.dataDir);
  const isGiven = ['MASTER_KEYS', 'MASTER_KEYS_FILE', 'KMS_URL'].some((name) => config.keys[name] !== undefined);
  const read = new EnvironmentReader(isGiven || !existsSync(own) ? config.keys : { ...config.keys, MASTER_KEYS_FILE: own });
  const settings = readKeySettings(read, config);
  if (!settings) throw new ConfigurationError(read.mistakes);
  return settings;
}

/** The keys of the record, for a tool that speaks to cases. @throws ConfigurationError, StartupError when they cannot be opened */
export async function openKeys(config: Config, pool: Pool): Promise<RecordKeys> {
  const settings = keySettingsOf(config);
  try {
    return await openRecordKeys(pool, keyProviderOf(settings), settings.profile);
  } catch (error) {
    throw isOfKeys(error) ? new StartupError(`It cannot go on: ${reasonOf(error)}.`) : error;
  }
}

/** A client whose payloads are sealed like those of the service. */
export function sealedClient(connection: Connection, namespace: string, keys: RecordKeys, { engine }: Config): Client {
  return engineClient(connection, namespace, new SealingCodec(new EngineSeals(keys.cases, keys.engine, caseIdOf), engine.plainPayloads));
}

/** Whether an error says that master keys are missing or not there just now. */
export function isOfKeys(error: unknown): boolean {
  return [MasterKeyMissing, WrappingBroken, KeyServiceAway, IndexKeyGone].some((kind) => error instanceof kind);
}
