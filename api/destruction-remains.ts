import type { FastifyBaseLogger } from 'fastify';
import type { Pool } from 'pg';
import type { DocumentStore } from '../documents/document-store';
import { pauseUntil } from '../infra/pause';
import { isRecordAway, transaction } from '../store/db';
import { completeDestruction, listUnfinished, type Unfinished } from '../store/destruction.store';
import { addressesInUse, erasePersonalData } from '../store/erasure.store';

const LOOK_EVERY_MS = 30_000;
const AT_A_LOOK = 20;
/** Whoever has just approved is still at it. */
const LEFT_BEHIND_AFTER_SECONDS = 60;

/**
 * Removes from the document store what is left of destroyed cases: sealed contents whose key is gone. What a dead process, or a
 * store that was away, has left behind is gone through again until nothing is there.
 */
export class DestructionRemains {
  private readonly stopping = new AbortController();
  private looking: Promise<void> | undefined;

  constructor(
    private readonly pool: Pool,
    private readonly store: DocumentStore,
    private readonly log: () => FastifyBaseLogger,
  ) {}

  start(): void {
    this.looking = this.lookAgain();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.looking;
  }

  /** Safe to run twice and at once. What the store refuses is tried again later; the data are gone whatever it says. */
  async remove({ id, caseId, addresses }: Unfinished): Promise<void> {
    try {
      // None, as each is sealed for one document; but what somebody else has is never removed.
      const others = new Set(await addressesInUse(this.pool, addresses));
      for (const address of addresses) if (!others.has(address)) await this.store.remove(address);
    } catch (error) {
      this.log().warn({ err: error, caseId }, 'documents of a destroyed case could not be removed from the store; it will be tried again');
      return;
    }
    await transaction(this.pool, async (db) => {
      // What was under way when the key went may have been written after it.
      await erasePersonalData(db, caseId);
      await completeDestruction(db, id);
    });
  }

  private async lookAgain(): Promise<void> {
    const { signal } = this.stopping;
    let after: string | null = null;
    while (!signal.aborted) {
      try {
        // On from where the last look ended: those that the store refuses keep no others waiting.
        const page: Unfinished[] = await listUnfinished(this.pool, LEFT_BEHIND_AFTER_SECONDS, after, AT_A_LOOK);
        after = page.length < AT_A_LOOK ? null : (page.at(-1)?.id ?? null);
        for (const left of page) await this.remove(left);
      } catch (error) {
        if (!isRecordAway(error)) this.log().error({ err: error }, 'destructions that are not finished could not be looked at; it will be tried again');
      }
      await pauseUntil(signal, LOOK_EVERY_MS);
    }
  }
}
