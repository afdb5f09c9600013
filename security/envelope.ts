import { NotAuthentic, type ProfileId } from './crypto-profile';
import { profileOf } from './crypto-profiles';

/** Version of the layout below; a later one may stand beside it. */
const FORMAT = 1;
const HEADER_BYTES = 2;

/** A key that seals values, and the algorithms it is for. */
export interface DataKey {
  profile: ProfileId;
  bytes: Buffer;
}

/** Where a sealed value belongs, and of which type it is there. One that was moved does not open there. */
export interface Place<Value = unknown> {
  table: string;
  column: string;
  /** Key of the row. */
  rowId: string;
  /** Never set: for the compiler alone. */
  readonly holds?: Value;
}

/** A sealed value does not open: it was changed, moved, or is under another key. Names its place and nothing of its content. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';

  constructor(
    readonly ownerId: string,
    readonly place: Place,
  ) {
    super(`${place.table}.${place.column} of row ${place.rowId} (${ownerId}) does not open: it was changed, moved, or is under another key`);
  }
}

/**
 * What seals and opens the values of one owner: a case, or an import before its rows are cases.
 *
 * A sealed value is one byte of format version, one of profile, and what the profile encrypted. Authenticated with it are both
 * bytes, the owner and the place.
 */
export class Seal {
  constructor(
    readonly ownerId: string,
    private readonly key: DataKey,
  ) {}

  /** @param value anything that JSON can say */
  seal<Value>(place: Place<Value>, value: Value): Buffer {
    return this.sealBytes(place, Buffer.from(JSON.stringify(value)));
  }

  /** @throws SealBroken */
  open<Value>(place: Place<Value>, sealed: Buffer): Value {
    return JSON.parse(this.openBytes(place, sealed).toString()) as Value;
  }

  sealBytes(place: Place, bytes: Buffer): Buffer {
    return sealBytes(this.key, this.associated(place), bytes);
  }

  /** @throws SealBroken */
  openBytes(place: Place, sealed: Buffer): Buffer {
    try {
      return openBytes(this.key, this.associated(place), sealed);
    } catch (error) {
      if (error instanceof NotAuthentic) throw new SealBroken(this.ownerId, place);
      throw error;
    }
  }

  private associated({ table, column, rowId }: Place): string[] {
    return [this.ownerId, table, column, rowId];
  }
}

/** Seals bytes with a key, bound to `context`. */
export function sealBytes({ profile: id, bytes: key }: DataKey, context: readonly string[], plaintext: Buffer): Buffer {
  const profile = profileOf(id);
  const header = Buffer.of(FORMAT, profile.code);
  return Buffer.concat([header, profile.encrypt(key, plaintext, associatedData(header, context))]);
}

/** @throws NotAuthentic for another format, profile, key or context, and for anything that was changed */
export function openBytes({ profile: id, bytes: key }: DataKey, context: readonly string[], sealed: Buffer): Buffer {
  const profile = profileOf(id);
  const header = sealed.subarray(0, HEADER_BYTES);
  if (header[0] !== FORMAT || header[1] !== profile.code) throw new NotAuthentic();
  return profile.decrypt(key, sealed.subarray(HEADER_BYTES), associatedData(header, context));
}

/** As JSON: `["a","bc"]` and `["ab","c"]` are not the same. */
function associatedData(header: Buffer, context: readonly string[]): Buffer {
  return Buffer.concat([header, Buffer.from(JSON.stringify(context))]);
}
