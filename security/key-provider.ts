/** A data key as it is kept: readable only for whoever holds the master key of that id. */
export interface WrappedKey {
  masterKeyId: string;
  wrapped: Buffer;
}

/** Holds the master keys. Data keys are wrapped by it and kept in the record; the master keys never are. */
export interface KeyProvider {
  /** Id of the master key that wraps now; it may change while the process runs. */
  currentId(): Promise<string>;
  /** @param context what the key is for; only the same context unwraps it */
  wrap(dataKey: Buffer, context: string): Promise<WrappedKey>;
  /** @throws MasterKeyMissing, WrappingBroken, KeyServiceAway */
  unwrap(key: WrappedKey, context: string): Promise<Buffer>;
  /** Whether keys that were wrapped by this master key can be unwrapped. */
  knows(masterKeyId: string): Promise<boolean>;
}

/** The record holds keys of a master key that nobody has given us. */
export class MasterKeyMissing extends Error {
  override readonly name = 'MasterKeyMissing';

  constructor(readonly masterKeyId: string) {
    super(`the record is encrypted under the master key "${masterKeyId}", which is not among the master keys that were given (MASTER_KEYS or the KMS)`);
  }
}

/** A master key of that id is there, but it is not the one that wrapped: another key under the same id, or a changed row. */
export class WrappingBroken extends Error {
  override readonly name = 'WrappingBroken';

  constructor(
    readonly masterKeyId: string,
    readonly context: string,
  ) {
    super(`the key of ${context} does not unwrap under the master key "${masterKeyId}": the master key is another one under the same id, or the row was changed`);
  }
}

/** The service that holds the master keys did not answer, or not as it should; a later try may succeed. */
export class KeyServiceAway extends Error {
  override readonly name = 'KeyServiceAway';
}
