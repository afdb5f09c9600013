import { ConfigurationError, type Config } from '../infra/config';
import { EnvironmentReader, type Environment } from '../infra/environment';
import { makeDevelopmentKeyring } from '../security/development-keyring';
import { readKeySettings, type KeySettings } from '../security/key-settings';

/** What the service keeps its master keys in, below DATA_DIR, unless it is given others. */
export const KEYS_DIRECTORY = 'keys';

/**
 * Which master keys the service works with, as the settings of its processes.
 *
 * Outside of production a stack without any makes its own in DATA_DIR, which must be there.
 * @throws ConfigurationError in production without master keys, or with those of a development stack; and for what cannot be read
 */
export function keyEnvironment({ keys, production, dataDir }: Pick<Config, 'keys' | 'production' | 'dataDir'>): Record<string, string> {
  return production || mastersAreGiven({ keys }) ? { ...keys } : { ...keys, MASTER_KEYS_FILE: makeDevelopmentKeyring(dataDir) };
}

export function mastersAreGiven({ keys }: Pick<Config, 'keys'>): boolean {
  return ['MASTER_KEYS', 'MASTER_KEYS_FILE', 'KMS_URL'].some((name) => keys[name] !== undefined);
}

/** The settings themselves. @throws ConfigurationError */
export function keySettingsIn(env: Environment, production: boolean): KeySettings {
  const read = new EnvironmentReader(env);
  const settings = readKeySettings(read, { production });
  if (!settings) throw new ConfigurationError(read.mistakes);
  return settings;
}
