import type { HttpSettings } from './http-settings';

/** What a process of the service was given, as far as it knows; what it does not know is not judged. */
export interface ProductionFacts {
  host?: string;
  http?: HttpSettings;
  databaseUrl?: string;
  simulation?: boolean;
  /** DEMO_PASSWORD, where somebody set it. */
  demoPassword?: string;
  /** Whether the record holds demo users. */
  hasDemoUsers?: boolean;
  /** Whether transfers would go to the sandbox, and whether somebody said that they shall; the address, where the sandbox is not meant. */
  bank?: { isSandbox: boolean; isSandboxMeant: boolean; url?: string };
}

/** A check of another part of the service; sentences without a full stop, each with how to mend it. */
export type ProductionCheck = () => readonly string[];

const LOOPBACK = /^(127(\.\d{1,3}){3}|::1|localhost)$/i;
const WELL_KNOWN = new Set(['postgres', 'password', 'passwd', 'secret', 'admin', 'root', 'test', 'demo', 'demo-password', 'changeme', 'change-me', 'bihuan', '123456', '12345678']);

/**
 * Why a service with these settings must not serve real households, all reasons at once; none: nothing speaks against it.
 *
 * @param checks of parts that `infra/` does not know, such as the one that looks at the master keys
 */
export function productionMistakes(facts: ProductionFacts, checks: readonly ProductionCheck[] = []): string[] {
  return [...exposure(facts), ...secrets(facts), ...demo(facts), ...bankInClear(facts), ...checks.flatMap((check) => check())];
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

// The URL itself is never repeated: it may hold a password that is none of the well-known ones.
function secrets({ databaseUrl }: ProductionFacts): string[] {
  if (databaseUrl === undefined || !URL.canParse(databaseUrl)) return [];
  const { username, password, searchParams } = new URL(databaseUrl);
  if (searchParams.has('sslcert')) return []; // signs in by its certificate
  const secret = decodeURIComponent(password).toLowerCase();
  if (secret === '') return ['DATABASE_URL has no password: give the role a password of its own'];
  return WELL_KNOWN.has(secret) || secret === decodeURIComponent(username).toLowerCase() ? ['DATABASE_URL has a password that anybody would guess: give the role another one'] : [];
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

/** Names and card numbers travel to the bank. */
function bankInClear({ bank }: ProductionFacts): string[] {
  if (bank?.url === undefined || bank.isSandbox || !URL.canParse(bank.url)) return [];
  const { protocol, hostname } = new URL(bank.url);
  const isThisMachine = !isReachedByOthers(hostname.replace(/^\[(.*)\]$/, '$1'));
  return protocol === 'http:' && !isThisMachine ? ['BANK_URL begins with http: names and card numbers would travel in clear, so set it to an https address'] : [];
}
