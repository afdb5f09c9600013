import { defineSearchAttributeKey, SearchAttributeType, type SearchAttributeUpdatePair } from '@temporalio/common';
import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { CaseRecord } from '../../domain/case-record';
import { isEnd } from '../../domain/case-facts';
import { SEARCH_ATTRIBUTES } from './search-attributes';
import { CLASS_WORDS, commandInChinese, roleInChinese, STATE_WORDS } from './words';

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

/** In the operators' own words, codes beside them; no names, no numbers of persons. */
function detailsOf(record: CaseRecord): string {
  const { number, state, hardshipClass, awaiting, notices, disbursements, recheck, exit, phaseOut, relapse } = record;
  const where = `**${number}** ${STATE_WORDS[state]} (${state})${hardshipClass ? `, ${CLASS_WORDS[hardshipClass] ?? ''} (${hardshipClass})` : ''}`;
  const tasks = awaiting.filter((a) => a.task);
  const waiting = tasks.map(
    ({ role, orgId, command, kind, since, dueOn }) =>
      `- 等待 **${orgId} ${roleInChinese(role)}** ${commandInChinese(command)} (${command}${kind ? ` ${kind}` : ''}), 自 ${since} 起${dueOn ? `, ${dueOn} 前` : ', 无期限'}`,
  );
  const noticed = notices
    .filter((notice) => notice.closedOn === null)
    .map((notice) => `- 公示 (${notice.kind}) 至 ${notice.closesOn} 24:00, 异议 ${notice.objections.length} 件`);
  const bank = disbursements.filter((d) => d.state === 'released').map((d) => `- 等待银行对发放批次 ${d.id} 的回复`);
  const next = recheck?.nextDueOn ? [`- 下次核查或更新 ${recheck.nextDueOn} (${recheck.stage}), ${recheck.opensOn ?? ''} 起列入任务`] : [];
  const leaving = exit && !exit.effectiveOn ? [`- 退出 (${exit.kind}), ${exit.toldOn} 告知`] : [];
  const fading = phaseOut ? [`- 渐退期至 ${phaseOut.endsOn} 24:00${relapse ? `; ${relapse.reportedOn} 报告返困, 查清之前不撤档` : ''}`] : [];
  const idle = isEnd(state) ? '已办结, 不再等待。' : '此刻不等待任何人, 到期自动继续。';
  return [where, ...(waiting.length > 0 ? waiting : [idle]), ...noticed, ...bank, ...leaving, ...fading, ...next].join('\n\n');
}
