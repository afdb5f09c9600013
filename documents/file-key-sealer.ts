import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { SealBroken, type SealContext, type Sealer } from './sealer';

const FORMAT = 1;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals with one key of the installation: AES-256-GCM under a key derived for each case, bound to case and document.
 *
 * TEMPORARY: until the keys of the cases (`security/`) are there. One key for all means that a case's documents cannot be
 * destroyed by destroying its key.
 */
export class FileKeySealer implements Sealer {
  /** @throws RangeError unless the key has 32 bytes */
  constructor(private readonly key: Buffer) {
    if (key.length !== KEY_BYTES) throw new RangeError(`the key of documents must have ${KEY_BYTES} bytes`);
  }

  seal(bytes: Buffer, context: SealContext): Promise<Buffer> {
    const nonce = randomBytes(NONCE_BYTES);
    const header = Buffer.of(FORMAT);
    const cipher = createCipheriv('aes-256-gcm', this.keyOf(context), nonce, { authTagLength: TAG_BYTES }).setAAD(associated(header, context));
    return Promise.resolve(Buffer.concat([header, nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]));
  }

  open(sealed: Buffer, context: SealContext): Promise<Buffer> {
    try {
      const header = sealed.subarray(0, 1);
      if (header[0] !== FORMAT || sealed.length < 1 + NONCE_BYTES + TAG_BYTES) throw new RangeError('another format');
      const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
      const decipher = createDecipheriv('aes-256-gcm', this.keyOf(context), nonce, { authTagLength: TAG_BYTES }).setAAD(associated(header, context)).setAuthTag(sealed.subarray(-TAG_BYTES));
      return Promise.resolve(Buffer.concat([decipher.update(sealed.subarray(1 + NONCE_BYTES, -TAG_BYTES)), decipher.final()]));
    } catch (error) {
      return Promise.reject(new SealBroken(context, { cause: error }));
    }
  }

  private keyOf({ caseId }: SealContext): Buffer {
    return Buffer.from(hkdfSync('sha256', this.key, Buffer.alloc(0), `bihuan document ${caseId}`, KEY_BYTES));
  }
}

function associated(header: Buffer, { caseId, documentId }: SealContext): Buffer {
  return Buffer.concat([header, Buffer.from(JSON.stringify([caseId, documentId]))]);
}
