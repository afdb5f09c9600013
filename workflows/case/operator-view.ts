import { defineSearchAttributeKey, SearchAttributeType, type SearchAttributeUpdatePair } from '@temporalio/common';
import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { CaseRecord } from '../../domain/case-record';
import { SEARCH_ATTRIBUTES } from './search-attributes';

type AttributeName = keyof typeof SEARCH_ATTRIBUTES;
type Attributes = Partial<Record<AttributeName, string>>;

/** What operators see of a case in the engine's UI: where it stands, whom it waits for, since and until when. Codes only. */
export class OperatorView {
  private shown: Attributes = {};

  /** @param shown what earlier runs have shown: search attributes outlive a run, details do not */
  constructor(shown: CaseRecord | undefined) {
    if (!shown) return;
    this.shown = attributesOf(shown);
    setCurrentDetails(detailsOf(shown));
  }

  /** Shows the case as it is now. Each change of an attribute is an event of the run's history, so only changes are sent. */
  update(record: CaseRecord): void {
    setCurrentDetails(detailsOf(record));
    const attributes = attributesOf(record);
    const changed = NAMES.filter((name) => attributes[name] !== this.shown[name]);
    if (changed.length > 0) upsertSearchAttributes(changed.map((name) => pairOf(name, attributes[name])));
    this.shown = attributes;
  }
}

const NAMES = Object.keys(SEARCH_ATTRIBUTES) as AttributeName[];

function attributesOf(record: CaseRecord): Attributes {
  const [awaited] = record.awaiting.filter((a) => a.task);
  return {
    CaseState: record.state,
    HardshipClass: record.hardshipClass ?? undefined,
    OwnerOrg: record.hardshipFile?.ownerOrgId ?? record.standing?.reviewerOrgId ?? record.territory.grassrootsOrgId,
    PolicyProfile: record.policyProfile?.id,
    WaitingFor: awaited && `${awaited.role}@${awaited.orgId}`,
    DueOn: awaited?.dueOn ?? record.recheck?.nextDueOn ?? undefined,
  };
}

function pairOf(name: AttributeName, value: string | undefined): SearchAttributeUpdatePair {
  return { key: defineSearchAttributeKey(name, SearchAttributeType.KEYWORD), value: value ?? null };
}

function detailsOf(record: CaseRecord): string {
  const where = `**${record.number}** is in **${record.state}**${record.hardshipClass ? ` (${record.hardshipClass})` : ''}.`;
  const notices = record.notices
    .filter((notice) => notice.closedOn === null)
    .map((notice) => `- the ${notice.kind} notice is open until ${notice.closesOn} 24:00, ${notice.objections.length} objections`);
  const bank = record.disbursements.filter((d) => d.state === 'released').map((d) => `- disbursement ${d.id}: the bank is asked`);
  const recheck = record.recheck?.nextDueOn ? [`- next recheck on ${record.recheck.nextDueOn}`] : [];
  const awaited = record.awaiting
    .filter((a) => a.task)
    .map((a) => `- **${a.command}** by ${a.role} of ${a.orgId}, since ${a.since}${a.dueOn ? `, until ${a.dueOn}` : ''}`);
  return [where, ...awaited, ...notices, ...bank, ...recheck].join('\n\n');
}
