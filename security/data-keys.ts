import { randomBytes } from 'node:crypto';
import { KEY_BYTES, type ProfileId } from './crypto-profile';
import { Seal, type DataKey } from './envelope';
import type { KeyProvider, WrappedKey } from './key-provider';

/** A data key as its row has it. */
export interface StoredKey extends Omit<WrappedKey, 'wrapped'> {
  profile: ProfileId;
  /** Null once it was destroyed. */
  wrapped: Buffer | null;
}

/** Where the data keys of one kind of owner are kept. */
export interface KeyRows {
  find(ownerId: string): Promise<StoredKey | undefined>;
}

/** The key was destroyed, and what it sealed is gone with it. */
export class KeyDestroyed extends Error {
  override readonly name = 'KeyDestroyed';

  constructor(readonly ownerId: string) {
    super(`the key of ${ownerId} was destroyed: its personal data cannot be opened any more`);
  }
}

/** There never was a key: a fault, for keys are written before what they seal. */
export class KeyNotThere extends Error {
  override readonly name = 'KeyNotThere';

  constructor(readonly ownerId: string) {
    super(`there is no key of ${ownerId}`);
  }
}

interface Kept {
  key: Promise<DataKey>;
  until: number;
}

/** How many unwrapped keys a process keeps, and for how long: after that a key that was destroyed elsewhere is gone here, too. */
export const KEPT = { count: 5_000, ms: 60_000 };

/**
 * Data keys of owners (cases, imports): made, unwrapped, kept for a short while, forgotten.
 *
 * Where the row was read anyway it is handed in and decides; `sealOf` with nothing but the id asks for it when the key is not kept.
 */
export class DataKeys {
  /** In the order of their last use, the longest unused first. */
  private readonly kept = new Map<string, Kept>();
  /** Destroyed by this process: what was read of them just before counts no more. */
  private readonly destroyed = new Set<string>();

  /**
   * @param kind what the owners are; part of what each key is wrapped for
   * @param profile of the keys that are made from now on
   */
  constructor(
    private readonly kind: string,
    private readonly rows: KeyRows,
    private readonly provider: KeyProvider,
    private readonly profile: ProfileId,
    private readonly keep: typeof KEPT = KEPT,
  ) {}

  /** A new key. The caller writes it down in the transaction that writes what it seals. */
  async create(ownerId: string): Promise<{ seal: Seal; stored: StoredKey }> {
    const bytes = randomBytes(KEY_BYTES);
    const wrapped = await this.provider.wrap(bytes, this.contextOf(ownerId, this.profile));
    return { seal: new Seal(ownerId, { profile: this.profile, bytes }), stored: { profile: this.profile, ...wrapped } };
  }

  /**
   * What seals and opens this owner's values.
   *
   * @param stored the key's row, where the caller has read it just now
   * @throws KeyDestroyed, KeyNotThere, and what the provider throws
   */
  async sealOf(ownerId: string, stored?: StoredKey): Promise<Seal> {
    if (stored?.wrapped === null || this.destroyed.has(ownerId)) {
      this.kept.delete(ownerId);
      throw new KeyDestroyed(ownerId);
    }
    const key = await (this.find(ownerId) ?? this.unwrapped(ownerId, stored));
    if (this.destroyed.has(ownerId)) throw new KeyDestroyed(ownerId);
    return new Seal(ownerId, key);
  }

  /**
   * Lets go of a key that was destroyed in the record, by the caller's own transaction. Other processes are without it as soon as they see the row,
   * and at the latest when they have kept it for its time.
   */
  forget(ownerId: string): void {
    this.destroyed.add(ownerId);
    this.kept.delete(ownerId);
  }

  /** The same key, wrapped by the master key that is current now. */
  async rewrap(ownerId: string, { profile, masterKeyId, wrapped }: StoredKey & { wrapped: Buffer }): Promise<WrappedKey> {
    const context = this.contextOf(ownerId, profile);
    return this.provider.wrap(await this.provider.unwrap({ masterKeyId, wrapped }, context), context);
  }

  private find(ownerId: string): Promise<DataKey> | undefined {
    const known = this.kept.get(ownerId);
    if (!known) return undefined;
    this.kept.delete(ownerId);
    if (known.until <= Date.now()) return undefined;
    this.kept.set(ownerId, known);
    return known.key;
  }

  /** Asked for by several at once it is unwrapped once. One that did not unwrap is asked for anew the next time. */
  private unwrapped(ownerId: string, stored: StoredKey | undefined): Promise<DataKey> {
    const key = this.unwrap(ownerId, stored);
    const kept = { key, until: Date.now() + this.keep.ms };
    this.kept.set(ownerId, kept);
    key.catch(() => {
      if (this.kept.get(ownerId) === kept) this.kept.delete(ownerId);
    });
    const [oldest] = this.kept.keys();
    if (this.kept.size > this.keep.count && oldest !== undefined) this.kept.delete(oldest);
    return key;
  }

  private async unwrap(ownerId: string, stored: StoredKey | undefined): Promise<DataKey> {
    const row = stored ?? (await this.rows.find(ownerId));
    if (!row) throw new KeyNotThere(ownerId);
    const { profile, masterKeyId, wrapped } = row;
    if (wrapped === null) throw new KeyDestroyed(ownerId);
    return { profile, bytes: await this.provider.unwrap({ masterKeyId, wrapped }, this.contextOf(ownerId, profile)) };
  }

  /** The profile is part of it: a row that was made to name another one does not unwrap. */
  private contextOf(ownerId: string, profile: ProfileId): string {
    return `${this.kind}:${profile}:${ownerId}`;
  }
}
