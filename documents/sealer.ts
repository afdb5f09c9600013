/** What a sealed document belongs to; one that is moved to another case or document does not open. */
export interface SealContext {
  caseId: string;
  documentId: string;
}

/** Encrypts documents at rest. */
export interface Sealer {
  seal(bytes: Buffer, context: SealContext): Promise<Buffer>;
  /** @throws SealBroken */
  open(sealed: Buffer, context: SealContext): Promise<Buffer>;
}

/** A document does not open: it was changed or moved, or its key is another one or gone. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';

  constructor({ caseId, documentId }: SealContext, options?: ErrorOptions) {
    super(`the document ${documentId} of case ${caseId} does not open: it was changed or moved, or is under another key`, options);
  }
}
