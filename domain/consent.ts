import type { PlainDate } from './calendar-date';
import type { CaseEvent } from './case-events';

/** What an authorisation may be given for. Each is agreed to by itself; the first is what the form is there for (R-BZ-A2). */
export const CONSENT_PURPOSES = ['dataComparison', 'sensitiveInformation', 'publicNotice'] as const;
export type ConsentPurpose = (typeof CONSENT_PURPOSES)[number];

/** On the union's form, scanned or kept in the archive; or in the service itself. */
export const CONSENT_METHODS = ['paper', 'electronic'] as const;
export type ConsentMethod = (typeof CONSENT_METHODS)[number];

/** Which text was signed: exactly this wording, by its digest. */
export interface ConsentTextRef {
  id: string;
  version: number;
  /** SHA-256 of the wording, hexadecimal. */
  sha256: string;
}

/** What is known of a signature besides who and when. */
export interface ConsentTerms {
  /** Null where the paper is older than the first text that the service knows. */
  text: ConsentTextRef | null;
  /** The months for which the text itself says that it holds; null where it is not known. */
  textMonths: number | null;
  purposes: ConsentPurpose[];
  method: ConsentMethod;
  /** The scanned paper among the documents of the case. */
  documentId: string | null;
}

/** As it is recorded. */
export interface SignedConsent extends Omit<ConsentTerms, 'textMonths'> {
  /** Last day on which it counts; null where no policy said so when it was recorded. */
  validUntil: PlainDate | null;
}

/** One person's authorisation in the register of a case. */
export interface Consent extends SignedConsent {
  memberNo: number;
  signedOn: PlainDate;
  /** seq of the event that recorded it, and who did. */
  seq: number;
  recordedOn: PlainDate;
  recordedBy: string | null;
  withdrawnOn: PlainDate | null;
  /** A later one of the same person counts instead. */
  isSuperseded: boolean;
}

/** What was signed before the service kept the text. */
const UNKNOWN_TERMS: SignedConsent = { text: null, purposes: ['dataComparison'], method: 'paper', documentId: null, validUntil: null };

/**
 * The register of all authorisations of a case, in the order in which they were recorded: a fold of its events, so none can
 * be changed or left out afterwards.
 */
export function consentsOf(events: readonly CaseEvent[]): Consent[] {
  return events.reduce<Consent[]>((register, event) => {
    switch (event.type) {
      case 'authorizationSigned':
        return [...register, ...event.signers.map((memberNo) => signed(event, memberNo))].map((consent, _index, all) => ({ ...consent, isSuperseded: all.some((other) => supersedes(other, consent)) }));
      case 'authorizationWithdrawn':
        return register.map((consent) => (event.memberNos.includes(consent.memberNo) && consent.withdrawnOn === null ? { ...consent, withdrawnOn: event.withdrawnOn } : consent));
      default:
        return register;
    }
  }, []);
}

function signed({ consent = UNKNOWN_TERMS, seq, signedOn, effectiveOn, actor }: CaseEvent & { type: 'authorizationSigned' }, memberNo: number): Consent {
  return { ...consent, memberNo, signedOn, seq, recordedOn: effectiveOn, recordedBy: actor, withdrawnOn: null, isSuperseded: false };
}

/** A newer signature counts, not a newer entry: an older paper may come in late. Of two of one day the later entry counts. */
function supersedes(other: Consent, consent: Consent): boolean {
  if (other.memberNo !== consent.memberNo) return false;
  return other.signedOn > consent.signedOn || (other.signedOn === consent.signedOn && other.seq > consent.seq);
}

/** Whether an authorisation of the register counts on `today`. */
export function isInForce({ withdrawnOn, validUntil, isSuperseded, signedOn }: Consent, today: PlainDate): boolean {
  return withdrawnOn === null && !isSuperseded && signedOn <= today && (validUntil === null || today <= validUntil);
}
