import type { Checkpoints } from '../audit/checkpoints';

export interface AuditActivities {
  /** Writes the next checkpoint of all hash chains; its number, or null where this worker has no key or somebody else is at it. */
  writeCheckpoint(): Promise<number | null>;
}

/** Safe to run twice: there is only one checkpoint more. */
export function createAuditActivities({ checkpoints }: { checkpoints: Pick<Checkpoints, 'write'> | undefined }): AuditActivities {
  return {
    writeCheckpoint: async () => (await checkpoints?.write())?.n ?? null,
  };
}
