import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readConfig, type Config } from '../../infra/config';
import type { Environment } from '../../infra/environment';
import { reasonOf } from '../../infra/errors';
import { factsOf, isReachedByOthers, productionMistakes } from '../../infra/production';
import { ok, warning, wrong, type Check, type Outcome } from '../check';

const DAY_MS = 86_400_000;
/** Time to order a certificate and to put it in. */
const RENEW_DAYS = 30;

/** How the service is open to others: what must not be in production, the certificate, what it knows of its own address, and who can listen on the way to the database. */
export function exposureChecks(env: Environment): Check[] {
  return [
    { name: 'safe to serve', look: () => safety(readConfig(env), env) },
    { name: 'certificate', look: () => certificate(readConfig(env)) },
    { name: 'public address', look: () => publicAddress(readConfig(env)) },
    { name: 'way to the database', look: () => wayToDatabase(readConfig(env)) },
  ];
}

function safety(config: Config, env: Environment): Outcome {
  if (!config.production) {
    return isReachedByOthers(config.host)
      ? warning(`HOST is ${config.host}: others reach a service whose demo users all have one password`, 'Set HOST to 127.0.0.1, or NODE_ENV to production.')
      : ok('outside of production, on this machine alone');
  }
  const facts = factsOf(config, env.DEMO_PASSWORD);
  const reasons = productionMistakes(facts);
  if (reasons.length > 0) return wrong(reasons.join('; '), 'The service does not start like this; each reason says how to mend it.');
  return facts.bank?.isSandbox ? warning('the bank is the sandbox, as BANK_SANDBOX says: no money moves', 'Set BANK_URL to your bank before real payments.') : ok('nothing speaks against production');
}

/** @param now instant at which the certificate must hold; ms */
export function certificate({ http }: Pick<Config, 'http'>, now = Date.now()): Outcome {
  const { tls, publicUrl } = http;
  if (!tls) return ok('none: the service speaks plain HTTP');
  const fix = 'Set TLS_CERT_FILE and TLS_KEY_FILE to a certificate chain and its key, then send the API SIGHUP.';
  try {
    const found = new X509Certificate(readFileSync(tls.certFile));
    if (!found.checkPrivateKey(createPrivateKey(readFileSync(tls.keyFile)))) return wrong('the key does not belong to the certificate', fix);
    const days = Math.floor((Date.parse(found.validTo) - now) / DAY_MS);
    if (days < 0) return wrong(`it ended on ${found.validTo}`, fix);
    if (Date.parse(found.validFrom) > now) return wrong(`it begins on ${found.validFrom} only`, fix);
    const host = publicUrl === undefined ? undefined : new URL(publicUrl).hostname;
    if (host !== undefined && found.checkHost(host) === undefined && found.checkIP(host) === undefined) return wrong(`it is not for ${host}, the host of PUBLIC_URL`, fix);
    return days < RENEW_DAYS ? warning(`it ends in ${days} days`, fix) : ok(`good for ${days} days`);
  } catch (error) {
    return wrong(`it cannot be read (${reasonOf(error)})`, fix);
  }
}

function publicAddress({ http }: Config): Outcome {
  const { publicUrl, trustProxy, tls } = http;
  if (publicUrl !== undefined) return ok(publicUrl);
  if (trustProxy.length === 0 && !tls) return ok('not named, and only this machine asks');
  return warning('PUBLIC_URL is not set, so requests under any host name are taken', 'Set PUBLIC_URL to the https address that people use.');
}

/** Whether others could listen between the service and its database, or stand in for it. The addresses hold passwords and are not repeated. */
export function wayToDatabase({ databaseUrl, apiDatabaseUrl, workerDatabaseUrl }: Pick<Config, 'databaseUrl' | 'apiDatabaseUrl' | 'workerDatabaseUrl'>): Outcome {
  const settings = Object.entries({ DATABASE_URL: databaseUrl, API_DATABASE_URL: apiDatabaseUrl, WORKER_DATABASE_URL: workerDatabaseUrl });
  const open = settings.filter(([, url]) => url !== undefined && isOpenToOthers(url)).map(([name]) => name);
  if (open.length === 0) return ok('on this machine, or by TLS with its certificate checked');
  const fix = 'Add ?sslmode=verify-full (and sslrootcert=… for an authority of your own), unless nobody else is in the network between.';
  return warning(`${open.join(', ')}: another machine, without sslmode=verify-full`, fix);
}

/** Other modes encrypt at the most, for whoever answers. */
function isOpenToOthers(databaseUrl: string): boolean {
  const { hostname, searchParams } = new URL(databaseUrl);
  return isReachedByOthers(hostname.replace(/^\[(.*)\]$/, '$1')) && searchParams.get('sslmode') !== 'verify-full';
}
