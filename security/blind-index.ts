import type { ProfileId } from './crypto-profile';
import { profileOf } from './crypto-profiles';

/** Kinds of values that are looked up, each with a key of its own: equal values of two kinds cannot be told to be equal. */
export type IndexedKind = 'idNumber' | 'phone' | 'cardNumber' | 'name';

/**
 * Keyed hashes by which a value can be found again without being kept: who has the database and not the key can neither read
 * nor guess it. Equal values have equal hashes, which is what they are for; nothing else of them can be told.
 */
export class BlindIndex {
  private readonly keys = new Map<string, Buffer>();

  /** @param key the index key; it can never change while values are looked up by it */
  constructor(
    private readonly profile: ProfileId,
    private readonly key: Buffer,
  ) {}

  /** @param value as somebody wrote it; other ways of writing the same value give the same hash */
  of(kind: IndexedKind, value: string): Buffer {
    return this.mac(`blind-index:${kind}`, Buffer.from(NORMALISED[kind](value)));
  }

  /** Whose case it is: ID number and telephone number of an applicant as one value, so that neither is found by it alone. */
  ofApplicant({ idNumber, phone }: { idNumber: string; phone: string }): Buffer {
    return this.mac('blind-index:applicant', Buffer.from(`${NORMALISED.idNumber(idNumber)}\n${NORMALISED.phone(phone)}`));
  }

  /** Keyed digest of what a command said: a plain one could be guessed from the few things that it may say. */
  ofCommand(digest: string): string {
    return this.mac('command-digest', Buffer.from(digest)).toString('hex');
  }

  private mac(purpose: string, data: Buffer): Buffer {
    const profile = profileOf(this.profile);
    const key = this.keys.get(purpose) ?? profile.deriveKey(this.key, purpose);
    this.keys.set(purpose, key);
    return profile.mac(key, data);
  }
}

const NORMALISED: Readonly<Record<IndexedKind, (value: string) => string>> = {
  idNumber: (value) => plain(value).replace(/\s/g, '').toUpperCase(),
  phone: (value) => plain(value).replace(/\D/g, '').replace(/^(?:00)?86(?=1\d{10}$)/, ''),
  cardNumber: (value) => plain(value).replace(/\D/g, ''),
  // Transcribed names have one of several dots that look alike.
  name: (value) => plain(value).replace(/[·•‧・∙⋅]/g, '·').replace(/\s+/g, ' ').trim(),
};

/** Full-width and half-width forms are the same. */
function plain(value: string): string {
  return value.normalize('NFKC');
}
