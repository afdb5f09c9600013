import { ConfigurationError, readConfig } from '../../infra/config';
import type { Environment } from '../../infra/environment';
import { ok, warning, wrong, type Check } from '../check';
import { exposureChecks } from './exposure';

/** Read by a part of the service or by a tool, not by the configuration of the whole. */
const READ_ELSEWHERE = ['BIHUAN_URL', 'BANK_ANSWER_AFTER_MS'];

/** Variables that begin so are meant for us, or mistyped. */
const OURS = /^((BIHUAN|TEMPORAL|ENGINE|POSTGRES|SIMULATION|POLICY|BANK|WORKER|METRICS|DEMO|AUDIT|MASTER_KEYS|KMS|CRYPTO_PROFILE)_?|TLS_|RATE_LIMIT)/;

/** The environment: mistakes, variables that mean nothing, and settings that contradict each other. */
export function settingsChecks(env: Environment): Check[] {
  return [
    {
      name: 'settings',
      look: () => {
        const mistakes = mistakesIn(env);
        return mistakes.length === 0 ? ok('can be read') : wrong(mistakes.join('; '), 'Set these variables right; README, Configuration, has them all.');
      },
    },
    {
      name: 'unknown settings',
      look: () => {
        const unknown = unknownSettings(env);
        return unknown.length === 0 ? ok('none') : warning(`${unknown.join(', ')}: set, and read by nothing`, 'Look for a slip of the pen; README, Configuration, has all variables.');
      },
    },
    {
      name: 'database logins',
      look: () => {
        const missing = missingLogins(env);
        if (missing.length === 0) return ok('API and worker sign in as less than the owner of the tables');
        return warning(`${missing.join(' and ')} not set: with the owner's login a process can undo its own stepping down`, 'Make a login for each (docs/security/access.md) and set them.');
      },
    },
    {
      name: 'contradictions',
      look: () => {
        const found = contradictions(env);
        return found.length === 0 ? ok('none') : warning(found.join('; '), 'Unset the one that does not count.');
      },
    },
    ...exposureChecks(env),
  ];
}

function mistakesIn(env: Environment): readonly string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.mistakes;
    throw error;
  }
}

/** Logins of their own that processes on an existing server have not. */
export function missingLogins(env: Environment): string[] {
  const isSet = (name: string) => [name, `${name}_FILE`].some((variable) => (env[variable] ?? '').trim() !== '');
  return isSet('DATABASE_URL') ? ['WORKER_DATABASE_URL', 'API_DATABASE_URL'].filter((name) => !isSet(name)) : [];
}

/** Names that look like ours and are asked for by nobody. */
export function unknownSettings(env: Environment): string[] {
  const known = new Set([...settingNames(), ...READ_ELSEWHERE]);
  const isOurs = (name: string) => OURS.test(name) || [...known].some((other) => isOneSlipFrom(name, other));
  return Object.keys(env).filter((name) => !known.has(name) && isOurs(name)).sort();
}

/** Every variable the configuration reads, found by letting it read. */
export function settingNames(): string[] {
  const asked = new Set<string>();
  const listening = new Proxy<Record<string, string | undefined>>({}, {
    get: (_none, name) => {
      if (typeof name === 'string') asked.add(name);
      return undefined;
    },
  });
  readConfig(listening);
  return [...asked];
}

/** Settings of which one makes the other count for nothing. */
export function contradictions(env: Environment): string[] {
  const isSet = (name: string) => (env[name] ?? '').trim() !== '';
  const both = (counts: string, ignored: string, why: string) => (isSet(counts) && isSet(ignored) ? [`${counts} and ${ignored} are both set, and ${why}`] : []);
  return [
    ...both('DATABASE_URL', 'POSTGRES_PORT', 'no embedded PostgreSQL is started'),
    ...both('TEMPORAL_ADDRESS', 'TEMPORAL_PORT', 'no embedded Temporal is started'),
    ...both('BANK_URL', 'BANK_PORT', 'no sandbox is started'),
    ...both('TEMPORAL_ADDRESS', 'UI_PORT', 'no embedded Temporal UI is started'),
    ...(env.NODE_ENV === 'production' ? both('NODE_ENV', 'DEMO_PASSWORD', 'production has no demo users') : []),
  ];
}

/** Whether two names differ by one character that is missing, added or another, or by two that changed places. */
function isOneSlipFrom(name: string, other: string): boolean {
  if (Math.abs(name.length - other.length) > 1 || name.length < 4) return false;
  const from = Array.from(name).findIndex((character, index) => character !== other[index]);
  const [a, b] = [name.slice(from), other.slice(from)];
  return from >= 0 && (a.slice(1) === b || a === b.slice(1) || a.slice(1) === b.slice(1) || (a.slice(2) === b.slice(2) && a[0] === b[1] && a[1] === b[0]));
}
