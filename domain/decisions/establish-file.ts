import type { PlainDate } from '../calendar-date';
import type { CaseRecord } from '../case-record';
import type { ClassOrNone } from '../hardship-class-names';
import type { Policy } from '../policy';
import { fileTermsOf } from '../standing';
import type { DecisionContext, NewFact } from './decide';

/**
 * 建档 with ⑪ 备案: the file of the reviewing union (R-WX-14), the certificate (R-WX-13), the filing with the city
 * (R-BZ-F13, a record and no consent) and word to the outside systems (R-WX-12), as the class's standing asks.
 *
 * @param heldOn the day the group met; the file dates from it
 */
export function establishFile(record: CaseRecord, heldOn: PlainDate, context: DecisionContext): NewFact[] {
  const standing = record.standing;
  if (!standing) throw new RangeError(`case ${record.caseId} reached approval without a class`);
  const facts: NewFact[] = [
    {
      type: 'fileEstablished',
      effectiveOn: heldOn,
      file: {
        id: `file-${context.commandId}`,
        number: `DA-${record.number}`,
        ownerOrgId: standing.reviewerOrgId,
        fileLevel: null,
        establishedOn: heldOn,
        withdrawnOn: null,
        retentionEndsOn: null,
        reopenedOn: null,
      },
    },
  ];
  if (standing.certificateKind) {
    facts.push({ type: 'certificateIssued', number: `ZS-${record.number}`, kind: standing.certificateKind, effectiveOn: heldOn });
  }
  if (standing.filingToOrgId) facts.push({ type: 'filingSubmitted', toOrgId: standing.filingToOrgId });
  return [...facts, ...standing.systems.map((system) => ({ type: 'syncRequested' as const, system }))];
}

/** Word to the outside systems that something of the file has changed (R-WX-12). */
export function requestSyncs(hardshipClass: ClassOrNone, policy: Policy): NewFact[] {
  return fileTermsOf(hardshipClass, policy).systems.map((system) => ({ type: 'syncRequested', system }));
}
