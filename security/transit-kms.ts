import { readFileSync } from 'node:fs';
import { KeyServiceAway, MasterKeyMissing, WrappingBroken, type KeyProvider, type WrappedKey } from './key-provider';

/** Where the master key is kept. */
export interface TransitAddress {
  /** Base address of the service, such as `https://vault.example:8200`. */
  url: string;
  /** Path of the transit engine, usually `transit`. */
  mount: string;
  /** Name of the key; of a type that authenticates associated data (aes256-gcm96). */
  keyName: string;
  /** File that holds the token. Read again for each call: whoever renews tokens replaces it. */
  tokenFile: string;
}

const ANSWER_WITHIN_MS = 5_000;
/** A current version that is newer than we know is noticed after this long. */
const CURRENT_FOR_MS = 30_000;
const CIPHERTEXT = /^vault:v(\d+):/;

/**
 * A master key that never leaves HashiCorp Vault or OpenBao: data keys are sent there to be wrapped and unwrapped (transit secrets
 * engine, HTTP API). A master key's id is `<name>:v<version>`.
 */
export class TransitKms implements KeyProvider {
  private latest: { version: number; until: number } | undefined;

  constructor(private readonly address: TransitAddress) {}

  async currentId(): Promise<string> {
    if (!this.latest || Date.now() >= this.latest.until) {
      const { latest_version: version } = await this.keyState();
      this.latest = { version, until: Date.now() + CURRENT_FOR_MS };
    }
    return this.idOf(this.latest.version);
  }

  async knows(masterKeyId: string): Promise<boolean> {
    const version = this.versionOf(masterKeyId);
    if (version === undefined) return false;
    const { latest_version: latest, min_decryption_version: oldest } = await this.keyState();
    return version >= oldest && version <= latest;
  }

  async wrap(dataKey: Buffer, context: string): Promise<WrappedKey> {
    const answer = await this.call('POST', `encrypt/${this.keyName}`, { plaintext: dataKey.toString('base64'), associated_data: base64(context) });
    if (answer.status !== 200) throw away(`would not wrap a key (status ${answer.status})`);
    const { ciphertext } = answer.data as { ciphertext?: unknown };
    const [, version] = (typeof ciphertext === 'string' && CIPHERTEXT.exec(ciphertext)) || [];
    if (version === undefined) throw away('wrapped a key in a form that is not known');
    return { masterKeyId: this.idOf(Number(version)), wrapped: Buffer.from(ciphertext as string) };
  }

  async unwrap({ masterKeyId, wrapped }: WrappedKey, context: string): Promise<Buffer> {
    if (this.versionOf(masterKeyId) === undefined) throw new MasterKeyMissing(masterKeyId);
    const ciphertext = wrapped.toString();
    if (!ciphertext.startsWith(`vault:v${this.versionOf(masterKeyId) ?? 0}:`)) throw new WrappingBroken(masterKeyId, context);
    const answer = await this.call('POST', `decrypt/${this.keyName}`, { ciphertext, associated_data: base64(context) });
    // 400: what was sent does not decrypt, by whatever mistake of its sender.
    if (answer.status === 400) throw (await this.knows(masterKeyId)) ? new WrappingBroken(masterKeyId, context) : new MasterKeyMissing(masterKeyId);
    if (answer.status !== 200) throw away(`would not unwrap a key (status ${answer.status})`);
    const { plaintext } = answer.data as { plaintext?: unknown };
    if (typeof plaintext !== 'string') throw away('answered without the key');
    return Buffer.from(plaintext, 'base64');
  }

  private get keyName(): string {
    return encodeURIComponent(this.address.keyName);
  }

  private idOf(version: number): string {
    return `${this.address.keyName}:v${version}`;
  }

  private versionOf(masterKeyId: string): number | undefined {
    const prefix = `${this.address.keyName}:v`;
    const version = masterKeyId.startsWith(prefix) ? Number(masterKeyId.slice(prefix.length)) : NaN;
    return Number.isSafeInteger(version) && version > 0 ? version : undefined;
  }

  private async keyState(): Promise<{ latest_version: number; min_decryption_version: number }> {
    const { status, data } = await this.call('GET', `keys/${this.keyName}`);
    if (status !== 200) throw away(`would not tell of its key "${this.address.keyName}" (status ${status})`);
    const { latest_version: latest, min_decryption_version: oldest } = data as { latest_version?: unknown; min_decryption_version?: unknown };
    if (typeof latest !== 'number' || typeof oldest !== 'number') throw away(`tells nothing of the versions of its key "${this.address.keyName}"`);
    return { latest_version: latest, min_decryption_version: Math.max(1, oldest) };
  }

  private async call(method: 'GET' | 'POST', path: string, body?: object): Promise<{ status: number; data: unknown }> {
    const url = `${this.address.url.replace(/\/+$/, '')}/v1/${this.address.mount}/${path}`;
    try {
      const response = await fetch(url, {
        method,
        headers: { 'x-vault-token': this.token(), 'x-vault-request': 'true', ...(body ? { 'content-type': 'application/json' } : {}) },
        body: body && JSON.stringify(body),
        redirect: 'error', // the token is for this address alone
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      // Of an answer that is no success only its status counts: its words may quote what was sent.
      const { data } = response.ok ? ((await response.json()) as { data?: unknown }) : { data: undefined };
      return { status: response.status, data: data ?? {} };
    } catch (error) {
      if (error instanceof KeyServiceAway) throw error;
      throw new KeyServiceAway('the key management service (KMS_URL) does not answer', { cause: error });
    }
  }

  private token(): string {
    try {
      return readFileSync(this.address.tokenFile, 'utf8').trim();
    } catch (error) {
      throw new KeyServiceAway('the token of the key management service (KMS_TOKEN_FILE) cannot be read', { cause: error });
    }
  }
}

function away(what: string): KeyServiceAway {
  return new KeyServiceAway(`the key management service (KMS_URL) ${what}`);
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
