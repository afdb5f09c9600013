import type { Db } from './db';
import { canonical } from './event-hash';

/** Who asked. `operator`: somebody with a tool on the machine itself. */
export type AuditActorKind = 'user' | 'machine' | 'applicant' | 'anonymous' | 'operator';

/** What kind of thing was asked for; see docs/security/audit.md. */
export type AuditKind = 'read' | 'command' | 'reveal' | 'export' | 'signIn' | 'audit' | 'tool';

/** An entry as it stands in its chain, apart from its place there. Codes, ids and counts; never what a person wrote. */
export interface AuditEntryContent {
  chain: string;
  /** RFC 3339 in UTC with milliseconds. */
  at: string;
  kind: AuditKind;
  actorKind: AuditActorKind;
  /** User name, `machine:<id>`, `applicant:<id>`, the operator's login on the machine; null for nobody. */
  actor: string | null;
  onBehalfOf: string | null;
  /** Organisation of the actor. */
  orgId: string | null;
  operation: string;
  caseId: string | null;
  /** The cases of a list; null where it is none. */
  caseIds: string[] | null;
  outcome: 'done' | 'refused' | 'failed';
  code: string | null;
  requestId: string | null;
  /** Network of the caller, never the whole address. */
  address: string | null;
  details: Readonly<Record<string, unknown>>;
}

/** Appends entries to their chains in one transaction, in their order. */
export async function appendAuditEntries(db: Db, entries: readonly AuditEntryContent[]): Promise<void> {
  await db.query({ name: 'appendAuditEntries', text: 'select append_audit_entries($1)', values: [entries.map(openEnded)] });
}

/**
 * The canonical form (store/event-hash.ts) up to the number in the chain, which the database gives out: `seq` is the last of
 * the keys, so all before it can be written here.
 */
function openEnded(entry: AuditEntryContent): string {
  return `${canonical(entry).slice(0, -1)},"seq":`;
}
