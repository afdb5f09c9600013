import { userInfo } from 'node:os';
import type { Pool } from 'pg';
import { AuditLog, type AuditEntry } from '../audit/audit-log';

/** Tools that read or change cases, keys or accounts, as the audit names them. */
export type NotedTool = 'tool.accounts' | 'tool.rebuild' | 'tool.reconcile' | 'tool.upgrade' | 'tool.keys' | 'tool.auditCheckpoint';

/**
 * Puts into the audit that an operator uses a tool, before it does anything: what cannot be written down is not done. How it
 * ended is an entry of its own.
 *
 * @param details options and counts
 * @param work answers what is to be told of its end
 * @throws what keeps the entry from being written, and whatever `work` throws
 */
export async function noted<T extends object>(
  pool: Pool,
  operation: NotedTool,
  { details = {}, caseIds }: { details?: Record<string, unknown>; caseIds?: readonly string[] },
  work: () => Promise<T>,
  told: (result: T) => Record<string, unknown>,
): Promise<T> {
  const audit = new AuditLog(pool);
  const entry: AuditEntry = { kind: 'tool', operation, actorKind: 'operator', actor: operatorName(), outcome: 'done', caseIds: caseIds ? [...caseIds] : null };
  await audit.add({ ...entry, details: { ...details, step: 'begun' } });
  try {
    const result = await work();
    await audit.add({ ...entry, details: { ...details, ...told(result), step: 'ended' } });
    return result;
  } catch (error) {
    // Where the record is away this cannot be written either, and the first fault is the one that says why.
    await audit.add({ ...entry, outcome: 'failed', details: { ...details, step: 'ended' } }).catch(() => undefined);
    throw error;
  }
}

/** The login on this machine; whoever became somebody else by sudo is told by the first name. */
function operatorName(): string {
  return process.env.SUDO_USER ?? userInfo().username;
}
