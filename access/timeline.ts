import type { CaseFact, CaseFactType } from '../domain/case-events';
import type { Household } from '../domain/household';
import { mayReveal, readsWords, type Viewer } from './field-masks';

/** Names of the fields of all facts; the type of a fact is no field of it. */
type FieldOf<Fact> = Fact extends unknown ? Exclude<keyof Fact, 'type'> : never;
type FactField = FieldOf<CaseFact>;

/** `words`: for those who read what people wrote, not for those who only pay. */
type Told = 'everybody' | 'words';

/**
 * What of an event is in the timeline, for whom: the second table beside that of the personal fields, since events hold what a
 * case's view leaves out. A new field of a fact without its line does not compile, and what has no line is told to nobody.
 */
const TOLD: Readonly<Record<FactField, Told>> = {
  // Proofs, and what a household is like and spends, tell of illness and disability.
  household: 'words', claimedExpenses: 'words', materials: 'words',

  caseId: 'everybody', number: 'everybody', channel: 'everybody', territory: 'everybody', simulated: 'everybody', previousCaseId: 'everybody', state: 'everybody', file: 'everybody',
  hardshipClass: 'everybody', standing: 'everybody', chosen: 'everybody', assessment: 'everybody', policy: 'everybody', decision: 'everybody', result: 'everybody', from: 'everybody',
  signers: 'everybody', signedOn: 'everybody', consent: 'everybody', memberNos: 'everybody', withdrawnOn: 'everybody', visitedOn: 'everybody', visitors: 'everybody', visitorUsers: 'everybody', accountChangers: 'everybody',
  fromOrgId: 'everybody', toOrgId: 'everybody', byOrgId: 'everybody', kind: 'everybody', medium: 'everybody', place: 'everybody', postedOn: 'everybody', closesOn: 'everybody',
  objectionId: 'everybody', outcome: 'everybody', group: 'everybody', subReason: 'everybody', source: 'everybody', until: 'everybody',
  planId: 'everybody', items: 'everybody', totalFen: 'everybody', shortfallFen: 'everybody', selfPaidMedical: 'everybody', heldOn: 'everybody', for: 'everybody', against: 'everybody',
  abstained: 'everybody', recused: 'everybody', payments: 'everybody', disbursementId: 'everybody', paymentIds: 'everybody', paymentId: 'everybody', reason: 'everybody', system: 'everybody',
  recheck: 'everybody', stage: 'everybody', dueOn: 'everybody', because: 'everybody', doneOn: 'everybody', overridden: 'everybody', visit: 'everybody', bankAccountChanged: 'everybody', bringsAccount: 'everybody',
  monthlyLivingAidFen: 'everybody', materialChange: 'everybody', terms: 'everybody', by: 'everybody', valid: 'everybody', route: 'everybody', phaseOut: 'everybody', metOn: 'everybody',
  retentionEndsOn: 'everybody', certificate: 'everybody', certificateSha256: 'everybody', proposedBy: 'everybody',
}; // prettier-ignore

/** The coded facts of an event as somebody may read them, by the masks of the case: no more in the timeline than in the case itself. */
export function factsFor(type: CaseFactType, data: Readonly<Record<string, unknown>>, viewer: Viewer): Record<string, unknown> {
  const told = Object.entries(data).filter(([field]) => isTold(type, field, viewer));
  return Object.fromEntries(told.map(([field, value]) => [field, field === 'household' ? householdFor(value as Household | null, viewer) : value]));
}

function isTold(type: CaseFactType, field: string, viewer: Viewer): boolean {
  if (!Object.hasOwn(TOLD, field)) return false;
  // The items of a plan are kinds of aid, these are proofs.
  const to = type === 'materialsAdded' ? 'words' : TOLD[field as FactField];
  return to === 'everybody' || readsWords(viewer);
}

/** The date of birth is the hidden half of the ID number: for whom that may be revealed to, and nobody else. */
function householdFor(household: Household | null, viewer: Viewer): Household | null {
  if (household === null || mayReveal('member.idNumber', viewer)) return household;
  return { ...household, members: household.members.map(({ birthOn: _hidden, ...member }) => member) };
}
