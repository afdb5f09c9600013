import type { Payload } from '@temporalio/common';
import { reachFor } from '../access/operations';
import { sealedPayload, type SealedPayload, type SealingCodec } from '../infra/temporal/payload-codec';
import { KeyDestroyed, KeyNotThere } from '../security/data-keys';
import { SealBroken } from '../security/envelope';
import { findCase } from '../store/case.store';
import type { ScopedRecords } from '../store/scoped-records';
import type { User } from '../store/user.store';
import { caseIdOf } from '../workflows/case/messages';
import type { ReferenceTables } from './reference-tables';
import { scopeOf } from './scope';

/** Payloads in the order in which they came, and whose were opened. */
export interface OpenedPayloads {
  payloads: Payload[];
  opened: number;
  caseIds: string[];
}

const DESTROYED = '（此案的密钥已销毁，内容无法再读取 · the key of this case was destroyed)';
const BROKEN = '（打不开：内容被改动或移动过 · does not open: it was changed or moved)';

/** Opens what the engine keeps, for whoever looks after it: of the cases in the person's reach only. */
export class EnginePayloads {
  constructor(
    private readonly codec: SealingCodec,
    private readonly records: ScopedRecords,
    private readonly tables: ReferenceTables,
  ) {}

  /**
   * Opens those that the user may read; all others come back as they were. One that does not open says why, and keeps none of the others shut.
   *
   * @throws what says that keys cannot be had just now
   */
  async open(payloads: readonly Payload[], user: User): Promise<OpenedPayloads> {
    const sealed = payloads.map(sealedPayload);
    const mayRead = await this.readable(new Set(sealed.flatMap((one) => (one ? [one.workflowId] : []))), user);
    const opened = sealed.filter((one) => one !== undefined && mayRead.has(one.workflowId)) as SealedPayload[];
    const answers = payloads.map(async (payload, index) => {
      const one = sealed[index];
      return one && mayRead.has(one.workflowId) ? await this.openOne(one) : payload;
    });
    const caseIds = [...new Set(opened.map(({ workflowId }) => workflowId))].flatMap((workflowId) => caseIdOf(workflowId) ?? []);
    return { payloads: await Promise.all(answers), opened: opened.length, caseIds };
  }

  /** Of these workflows the ones that the user may read: cases in reach; the others, which are about no union, for whoever has no union above. */
  private async readable(workflowIds: ReadonlySet<string>, user: User): Promise<Set<string>> {
    const records = this.records.of(scopeOf(user));
    const reach = reachFor('decodeEnginePayloads', user);
    const hasNobodyAbove = this.tables.organisations.get(user.orgId)?.parentId === null;
    const readable = new Set<string>();
    for (const workflowId of workflowIds) {
      const caseId = caseIdOf(workflowId);
      if (caseId === undefined ? hasNobodyAbove : await findCase(records, caseId, reach)) readable.add(workflowId);
    }
    return readable;
  }

  private async openOne(sealed: SealedPayload): Promise<Payload> {
    try {
      return await this.codec.open(sealed);
    } catch (error) {
      if (error instanceof KeyDestroyed) return sentence(DESTROYED);
      if (error instanceof SealBroken || error instanceof KeyNotThere) return sentence(BROKEN);
      throw error;
    }
  }
}

function sentence(text: string): Payload {
  return { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from(JSON.stringify(text)) };
}
