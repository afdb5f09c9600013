import { engineElsewhere, type Config } from './config';
import type { HttpSettings } from './http-settings';
import type { EnginePlace } from './temporal/engine-client';
import { hostAndPort } from './temporal/health';

/** What a process of the service was given, as far as it knows; what it does not know is not judged. */
export interface ProductionFacts {
  host?: string;
  http?: HttpSettings;
  databaseUrl?: string;
  apiDatabaseUrl?: string;
  workerDatabaseUrl?: string;
  /** S3_SECRET_ACCESS_KEY and its id. */
  s3?: { accessKeyId: string; secretAccessKey: string };
  /** An engine that is not started by us. */
  engine?: EnginePlace;
  simulation?: boolean;
  /** DEMO_PASSWORD, where somebody set it. */
  demoPassword?: string;
  /** Whether the record holds demo users. */
  hasDemoUsers?: boolean;
  /** Whether transfers would go to the sandbox, and whether somebody said that they shall; the address, where the sandbox is not meant. */
  bank?: { isSandbox: boolean; isSandboxMeant: boolean; url?: string };
}

const LOOPBACK = /^(127(\.\d{1,3}){3}|::1|localhost)$/i;
const WELL_KNOWN = new Set(['postgres', 'password', 'passwd', 'secret', 'admin', 'root', 'test', 'demo', 'demo-password', 'changeme', 'change-me', 'bihuan', '123456', '12345678', 'minioadmin', 'minio123', 'rustfsadmin']);

/** The facts that the configuration of the whole knows. */
export function factsOf(config: Config, demoPassword: string | undefined): ProductionFacts {
  const { host, http, databaseUrl, apiDatabaseUrl, workerDatabaseUrl, documents, simulation, bankUrl, bankSandbox } = config;
  const bank = { isSandbox: bankUrl === undefined, isSandboxMeant: bankSandbox, url: bankSandbox ? undefined : bankUrl };
  return { host, http, databaseUrl, apiDatabaseUrl, workerDatabaseUrl, s3: documents.s3, engine: engineElsewhere(config), simulation, demoPassword: demoPassword?.trim() || undefined, bank };
}

/** Why a service with these settings must not serve real households, all reasons at once, each with how to mend it; none: nothing speaks against it. */
export function productionMistakes(facts: ProductionFacts): string[] {
  return [...exposure(facts), ...secrets(facts), ...demo(facts), ...engineInClear(facts), ...bankInClear(facts)];
}

/** Those reasons as one sentence. */
export class NotForProduction extends Error {
  override readonly name = 'NotForProduction';

  constructor(readonly reasons: readonly string[]) {
    super(`NODE_ENV is production, and this must be mended first: ${reasons.join('; ')}.`);
  }
}

/** Whether a server on that host is reached from other machines. */
export function isReachedByOthers(host: string): boolean {
  return !LOOPBACK.test(host);
}

function exposure({ host, http }: ProductionFacts): string[] {
  if (http === undefined) return [];
  const isExposed = host !== undefined && isReachedByOthers(host);
  return [
    ...(isExposed && http.tls === undefined && http.trustProxy.length === 0
      ? [`HOST is ${host}, where others reach it, without TLS: set TLS_CERT_FILE and TLS_KEY_FILE, or name the proxy that speaks TLS in TRUST_PROXY, or set HOST to 127.0.0.1`]
      : []),
    ...(http.publicUrl?.startsWith('http:') ? ['PUBLIC_URL begins with http: people must reach the service by https, so set it to the https address'] : []),
  ];
}

function secrets({ databaseUrl, apiDatabaseUrl, workerDatabaseUrl, s3 }: ProductionFacts): string[] {
  const urls = Object.entries({ DATABASE_URL: databaseUrl, API_DATABASE_URL: apiDatabaseUrl, WORKER_DATABASE_URL: workerDatabaseUrl });
  return [
    ...urls.flatMap(([name, url]) => databasePassword(name, url)),
    ...(s3 !== undefined && isGuessed(s3.secretAccessKey, s3.accessKeyId) ? ['S3_SECRET_ACCESS_KEY is one that anybody would guess: give the store another one'] : []),
  ];
}

// The URL itself is never repeated: it may hold a password that is none of the well-known ones.
function databasePassword(name: string, url: string | undefined): string[] {
  if (url === undefined || !URL.canParse(url)) return [];
  const { username, password, searchParams } = new URL(url);
  // The driver takes what stands behind the question mark before what stands in front of the host.
  const secret = searchParams.get('password') || decodeURIComponent(password);
  const user = searchParams.get('user') || decodeURIComponent(username);
  // Who signs in by a certificate needs no password; one that is given must be none that anybody knows all the same.
  if (secret === '') return searchParams.has('sslcert') ? [] : [`${name} has no password: give the role a password of its own`];
  return isGuessed(secret, user) ? [`${name} has a password that anybody would guess: give the role another one`] : [];
}

function isGuessed(secret: string, user: string): boolean {
  return WELL_KNOWN.has(secret.toLowerCase()) || secret.toLowerCase() === user.toLowerCase();
}

function demo({ simulation, demoPassword, hasDemoUsers, bank }: ProductionFacts): string[] {
  return [
    ...(simulation ? ['SIMULATION is on, but no case may run on a simulated clock: unset it'] : []),
    ...(demoPassword !== undefined ? ['DEMO_PASSWORD is set, but there are no demo users in production: unset it'] : []),
    ...(hasDemoUsers ? ['the database of DATABASE_URL holds demo users, whose password anybody can read: begin a production record in a database of its own'] : []),
    ...(bank?.isSandbox && !bank.isSandboxMeant
      ? ['the bank is the sandbox, which says "paid" and moves no money: set BANK_URL to your bank, or BANK_SANDBOX=on if this installation is only tried out']
      : []),
  ];
}

/** What travels there is sealed; what state a case is in is not, and neither is it proved who answers. */
function engineInClear({ engine }: ProductionFacts): string[] {
  if (engine === undefined || engine.tls !== undefined) return [];
  return isReachedByOthers(hostAndPort(engine.address).host)
    ? ['TEMPORAL_ADDRESS is another machine, reached without TLS: set TEMPORAL_TLS_SERVER_CA_CERT_PATH, and TEMPORAL_TLS_CLIENT_CERT_PATH with TEMPORAL_TLS_CLIENT_KEY_PATH']
    : [];
}

/** Names and card numbers travel to the bank. */
function bankInClear({ bank }: ProductionFacts): string[] {
  if (bank?.url === undefined || bank.isSandbox || !URL.canParse(bank.url)) return [];
  const { protocol, hostname } = new URL(bank.url);
  const isThisMachine = !isReachedByOthers(hostname.replace(/^\[(.*)\]$/, '$1'));
  return protocol === 'http:' && !isThisMachine ? ['BANK_URL begins with http: names and card numbers would travel in clear, so set it to an https address'] : [];
}
