import type { HttpSettings, RateClass } from '../../infra/http-settings';

/** Requests a minute; as many may come at once, and they grow again evenly. */
export interface RateLimit {
  /** Of one user. */
  perUser: number;
  /** From one address, which may be a whole office. */
  perAddress: number;
  /**
   * Whether all API processes count together, in the record. So it is where a limit keeps something from being guessed, searched
   * or carried away; the others only keep one process from being flooded, and a statement for each would cost more than it saves.
   */
  isShared: boolean;
}

/**
 * The limits of the release, for a busy clerk and not for a program. Signing in is counted by name and address together: by name
 * alone, anybody could keep somebody else from signing in.
 */
const LIMITS: Record<RateClass, RateLimit> = {
  signIn: { perUser: 10, perAddress: 60, isShared: true },
  publicWrite: { perUser: 60, perAddress: 10, isShared: true },
  lookup: { perUser: 60, perAddress: 600, isShared: true },
  reveal: { perUser: 20, perAddress: 200, isShared: true },
  export: { perUser: 20, perAddress: 200, isShared: true },
  upload: { perUser: 60, perAddress: 600, isShared: true },
  // A page of the engine's UI asks once for each event that it shows.
  decode: { perUser: 600, perAddress: 1_200, isShared: true },
  write: { perUser: 300, perAddress: 3_000, isShared: false },
  read: { perUser: 1_200, perAddress: 12_000, isShared: false },
};

/** Before it is known who asks, and for what belongs to no operation. */
const ANYTHING_PER_ADDRESS = 15_000;
/** Of the documentation, by whomever: its texts have hundreds of kilobytes, and one page asks for ten of them. */
const DOCUMENTATION_PER_ADDRESS = 600;

/** Operations whose kind their name or method does not say. */
const CLASSES: Record<string, RateClass> = {
  login: 'signIn',
  requestCode: 'signIn',
  confirmCode: 'signIn',
  startOidcSignIn: 'signIn',
  finishOidcSignIn: 'signIn',
  raiseObjection: 'publicWrite',
  uploadFileImport: 'upload',
  uploadDocument: 'upload',
  createDownloadLink: 'lookup',
  searchCases: 'lookup',
  decodeEnginePayloads: 'decode',
  downloadFileImportResult: 'export',
};

/** Conditions of a list that look for a person, and so tell whether somebody is on file. */
const PERSONAL_FILTERS = ['applicantName', 'idNumber', 'phone', 'cardNumber', 'text'];

/** Asked again and again by machines that watch the service. */
const UNLIMITED = new Set(['checkLive', 'checkReady']);

/**
 * Which limit an operation falls under. One that the table does not name falls under what its name says, so that a new way to
 * see a whole person is limited from its first day.
 *
 * @returns undefined where only the limit of the address counts
 */
export function rateClassOf(operation: string, method: string, query: unknown): RateClass | undefined {
  if (UNLIMITED.has(operation)) return undefined;
  const named = CLASSES[operation];
  if (named) return named;
  if (/^reveal[A-Z]/.test(operation)) return 'reveal';
  if (/^export[A-Z]/.test(operation)) return 'export';
  if (/^(find|lookUp)[A-Z]/.test(operation)) return 'lookup';
  const isRead = method === 'GET' || method === 'HEAD';
  if (isRead && typeof query === 'object' && query !== null && PERSONAL_FILTERS.some((name) => name in query)) return 'lookup';
  return isRead ? 'read' : 'write';
}

/** The limits in force: those of the release or of the settings, times the factor. */
export function limitsInForce({ rateLimits, rateLimitFactor }: Pick<HttpSettings, 'rateLimits' | 'rateLimitFactor'>): { classes: Record<RateClass, RateLimit>; anything: number; documentation: number } {
  const classes = Object.fromEntries(
    Object.entries(LIMITS).map(([name, { perUser, perAddress, isShared }]) => {
      const own = rateLimits[name as RateClass];
      // A setting moves both, in the proportion that they have.
      const scale = (own === undefined ? 1 : own / perUser) * rateLimitFactor;
      return [name, { perUser: atLeastOne(perUser * scale), perAddress: atLeastOne(perAddress * scale), isShared }];
    }),
  ) as Record<RateClass, RateLimit>;
  return { classes, anything: ANYTHING_PER_ADDRESS * rateLimitFactor, documentation: DOCUMENTATION_PER_ADDRESS * rateLimitFactor };
}

function atLeastOne(limit: number): number {
  return Math.max(1, Math.round(limit));
}
