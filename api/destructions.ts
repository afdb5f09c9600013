import { createHash, randomUUID } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { reachFor, type OperationId } from '../access/operations';
import { applyEvent, type CaseRecord } from '../domain/case-record';
import { certificateNumberOf, destroyedCaseOf } from '../domain/destruction-certificate';
import { personsOf } from '../domain/duties';
import { hindrancesOf, keptUntil, type Hindrance, type RetentionFacts } from '../domain/retention';
import type { DataKeys } from '../security/data-keys';
import { appendEvents } from '../store/case-event.store';
import { lockRecord } from '../store/case-step.store';
import type { KnownCase, StoredCase } from '../store/case.store';
import { transaction, type Db } from '../store/db';
import { approveDestruction, findDestruction, insertCertificate, insertDestruction, listKeptLongEnough, lockDestruction, rejectDestruction, type Destruction } from '../store/destruction.store';
import { erasePersonalData, takeInventory, type ErasureInventory } from '../store/erasure.store';
import { canonical } from '../store/event-hash';
import { listLegalHolds } from '../store/legal-hold.store';
import { saveReadModel } from '../store/read-model.store';
import type { ScopedRecords } from '../store/scoped-records';
import type { User } from '../store/user.store';
import type { CaseReader } from './case-reader';
import { retentionFactsOf } from './destruction-facts';
import { alreadyProposed, liftedBySamePerson, mayNotBeDestroyed, notProposed, samePerson } from './destruction-problems';
import type { DestructionRemains } from './destruction-remains';
import { forbidden } from './problem';
import type { ReferenceTables } from './reference-tables';
import { scopeOf } from './scope';
import { isInCharge } from './union-in-charge';

/** A case as those who decide on its destruction see it. */
export interface DestructionView {
  caseId: string;
  number: string;
  fileNumber: string | null;
  keptUntil: string | null;
  hindrances: Hindrance[];
  destruction: Destruction | null;
}

/**
 * 销毁: the end of a case's personal data, once its retention is over. One person proposes, another approves; with the approval, in one
 * transaction, the key of the case is gone, and with it whatever it had sealed. What lies in the document store follows.
 */
export class Destructions {
  constructor(
    private readonly pool: Pool,
    private readonly records: ScopedRecords,
    private readonly reader: CaseReader,
    private readonly tables: ReferenceTables,
    private readonly keys: DataKeys,
    private readonly remains: DestructionRemains,
  ) {}

  /** @throws HttpProblem NOT_FOUND, RECUSED */
  async view(caseId: string, user: User): Promise<DestructionView> {
    return this.viewOf(await this.reader.getEvenDestroyed(caseId, user, 'getDestruction'));
  }

  async viewOf({ record, clockOffsetMs }: Pick<KnownCase, 'record' | 'clockOffsetMs'>): Promise<DestructionView> {
    const facts = await retentionFactsOf(this.pool, this.tables, record, clockOffsetMs);
    return {
      caseId: record.caseId,
      number: record.number,
      fileNumber: record.hardshipFile?.number ?? null,
      keptUntil: keptUntil(record, facts) ?? null,
      hindrances: hindrancesOf(record, facts),
      destruction: (await findDestruction(this.pool, record.caseId)) ?? null,
    };
  }

  /** Cases whose papers the user's union need not keep any more, by number, with what stands against destroying them all the same. */
  async due(user: User, { after, limit }: { after: string; limit: number }): Promise<{ items: DestructionView[]; last: string | null }> {
    const db = this.records.of(scopeOf(user));
    const cases = await listKeptLongEnough(db, reachFor('listDueDestructions', user), { years: this.tables.leastRetentionYears, after, limit: limit + 1 });
    const page = cases.slice(0, limit);
    const items: DestructionView[] = [];
    for (const known of page) if (isInCharge(known.record, user, this.tables)) items.push(await this.viewOf(known));
    return { items, last: cases.length > limit ? (page.at(-1)?.record.number ?? null) : null };
  }

  /** @throws HttpProblem NOT_FOUND, RECUSED, FORBIDDEN, DESTRUCTION_NOT_ALLOWED, DESTRUCTION_ALREADY_PROPOSED */
  async propose(caseId: string, user: User): Promise<DestructionView> {
    const stored = await this.inCharge(caseId, user, 'proposeDestruction');
    await transaction(this.pool, async (db) => {
      const record = (await lockRecord(db, stored.record.caseId)) ?? stored.record;
      await this.mustBeAllowed(db, record, stored.clockOffsetMs);
      const proposed = await insertDestruction(db, { id: randomUUID(), caseId: record.caseId, proposedBy: user.id, proposedFor: user.onBehalfOf ?? null });
      if (!proposed) throw alreadyProposed((await findDestruction(db, record.caseId))?.state ?? 'proposed');
    });
    return this.viewOf(stored);
  }

  /** The proposer takes it back, or whoever is to decide says no. @throws HttpProblem NOT_FOUND, RECUSED, FORBIDDEN, DESTRUCTION_NOT_PROPOSED */
  async reject(caseId: string, user: User): Promise<DestructionView> {
    const stored = await this.inCharge(caseId, user, 'rejectDestruction');
    const open = await findDestruction(this.pool, stored.record.caseId);
    if (open?.state !== 'proposed') throw notProposed();
    if (!user.roles.includes('head') && open.proposedBy !== user.id) throw forbidden();
    const rejected = await rejectDestruction(this.pool, { id: open.id, decidedBy: user.id, decidedFor: user.onBehalfOf ?? null });
    if (!rejected) throw notProposed();
    return this.viewOf(stored);
  }

  /**
   * Destroys the personal data of a case that somebody else has proposed. Repeated by the same person it changes nothing.
   *
   * @throws HttpProblem NOT_FOUND, RECUSED, FORBIDDEN, SAME_PERSON_MAY_NOT_APPROVE, DESTRUCTION_NOT_PROPOSED, DESTRUCTION_NOT_ALLOWED
   */
  async approve(caseId: string, user: User): Promise<DestructionView> {
    const stored = await this.inCharge(caseId, user, 'approveDestruction');
    const latest = await findDestruction(this.pool, stored.record.caseId);
    if (!latest) throw notProposed();
    const addresses = await transaction(this.pool, (db) => this.destroy(db, stored, latest.id, user));
    this.keys.forget(stored.record.caseId);
    await this.remains.remove({ id: latest.id, caseId: stored.record.caseId, addresses });
    return this.viewOf(await this.reader.getEvenDestroyed(caseId, user, 'approveDestruction'));
  }

  /** @returns where contents are to be removed from the document store */
  private async destroy(db: PoolClient, { record: seen, clockOffsetMs }: StoredCase, id: string, user: User): Promise<readonly string[]> {
    const record = (await lockRecord(db, seen.caseId)) ?? seen;
    const proposal = await lockDestruction(db, id);
    if (!proposal || proposal.state === 'rejected') throw notProposed();
    const proposers = personsOf({ user: proposal.proposedBy, onBehalfOf: proposal.proposedFor ?? undefined });
    const persons = personsOf({ user: user.id, onBehalfOf: user.onBehalfOf });
    if (persons.some((person) => proposers.includes(person))) throw samePerson();
    if (proposal.state !== 'proposed') {
      // The answer to the first time was lost: it is the same once more.
      if (proposal.decidedBy !== user.id) throw notProposed();
      return proposal.addresses ?? [];
    }
    const facts = await this.mustBeAllowed(db, record, clockOffsetMs);
    // After the judgement: a hold that was lifted for it is seen as lifted here as well.
    if ((await listLegalHolds(db, record.caseId)).some(({ liftedBy }) => liftedBy !== null && persons.includes(liftedBy))) throw liftedBySamePerson();
    const inventory = await takeInventory(db, record.caseId);
    if (!inventory) throw new Error(`case ${record.caseId} has no key to destroy`);
    await certify(db, record, { facts, inventory, proposal, user });
    await erasePersonalData(db, record.caseId);
    const addresses = inventory.documents.map(({ storedSha256 }) => storedSha256);
    await approveDestruction(db, { id, decidedBy: user.id, decidedFor: user.onBehalfOf ?? null }, addresses);
    return addresses;
  }

  private async mustBeAllowed(db: Db, record: CaseRecord, clockOffsetMs: number): Promise<RetentionFacts> {
    const facts = await retentionFactsOf(db, this.tables, record, clockOffsetMs);
    const hindrances = hindrancesOf(record, facts);
    if (hindrances.length > 0) throw mayNotBeDestroyed(hindrances);
    return facts;
  }

  private async inCharge(caseId: string, user: User, operation: OperationId): Promise<StoredCase> {
    const stored = await this.reader.getEvenDestroyed(caseId, user, operation);
    if (!isInCharge(stored.record, user, this.tables)) throw forbidden();
    return stored;
  }
}

interface Certified {
  facts: RetentionFacts;
  inventory: ErasureInventory;
  proposal: Destruction;
  user: User;
}

/** Writes the certificate, and its digest into the chain of the case, which the signed checkpoints of the audit cover. */
async function certify(db: Db, record: CaseRecord, { facts, inventory, proposal, user }: Certified): Promise<void> {
  const number = certificateNumberOf(record);
  const { documents, key, counts, kept } = inventory;
  const content = {
    number,
    case: destroyedCaseOf(record, { endedOn: facts.endedOn, keptUntil: keptUntil(record, facts) ?? '' }),
    proposed: { by: proposal.proposedBy, onBehalfOf: proposal.proposedFor, at: proposal.proposedAt.toISOString() },
    approved: { by: user.id, onBehalfOf: user.onBehalfOf ?? null, at: new Date().toISOString(), orgId: user.orgId },
    destroyedOn: facts.today,
    destroyed: { counts, documents, key: { ...key, createdAt: key.createdAt.toISOString() } },
    kept,
  };
  const sha256 = createHash('sha256').update(canonical(content)).digest();
  await insertCertificate(db, { caseId: record.caseId, destructionId: proposal.id, number, content, sha256 });
  const event = {
    type: 'personalDataDestroyed' as const,
    certificate: number,
    certificateSha256: sha256.toString('hex'),
    proposedBy: proposal.proposedBy,
    seq: record.version + 1,
    effectiveOn: facts.today,
    actor: user.id,
    onBehalfOf: user.onBehalfOf ?? null,
    commandId: null,
    awaiting: [],
  };
  await appendEvents(db, record.caseId, [event]);
  await saveReadModel(db, applyEvent(record, event));
}
