import type { Pool } from 'pg';
import { numbersOfOthers, type Bearer } from '../access/number-bearers';
import type { CaseRecord } from '../domain/case-record';
import type { Household } from '../domain/household';
import { isIdNumber, normaliseIdNumber } from '../domain/identity-number';
import { findHolder, getPrivate, idIndexesOf, type CasePrivate } from '../store/case-private.store';
import type { RecordKeys } from '../store/record-keys';
import { invalidInput, RefusedByRule } from './problem';
import { both } from './schema-messages';
import { factsOf, type HouseholdInput } from './schemas/household';

/** ID numbers of a household that are none, by their path in the body. */
export function wrongIdNumbers({ members }: HouseholdInput): string[] {
  return members.flatMap(({ idNumber }, index) =>
    idNumber === undefined || isIdNumber(normaliseIdNumber(idNumber)) ? [] : [`household.members.${index}.idNumber`],
  );
}

/**
 * The coded facts of a household that is to replace the one on record, once its persons are checked: real ID numbers,
 * the applicant still the applicant, each number still the same person's, nobody who is in another open case (R-QHD-12).
 *
 * @param record the case as it is before
 * @throws RefusedByRule ID_NUMBER_INVALID, MEMBER_NUMBER_TAKEN, HOUSEHOLD_ALREADY_FILED; HttpProblem INVALID_INPUT for another applicant
 */
export async function replacedHousehold({ pool, keys }: { pool: Pool; keys: RecordKeys }, record: CaseRecord, household: HouseholdInput): Promise<Household> {
  const wrong = wrongIdNumbers(household);
  if (wrong.length > 0) throw new RefusedByRule([{ code: 'ID_NUMBER_INVALID', paths: wrong }]);
  const personal = await getPrivate(pool, keys, record.caseId);
  const self = household.members.findIndex((member) => member.relation === 'self');
  const given = household.members[self]?.idNumber;
  if (given !== undefined && normaliseIdNumber(given) !== personal.applicant.idNumber) {
    throw invalidInput([{ path: `body.household.members.${self}.idNumber`, message: both('与申请人身份证号码不一致', "differs from the applicant's ID number") }]);
  }
  const bearers = bearersOf(record, personal);
  const memberNos = numbersOfOthers(bearers, household.members);
  if (memberNos.length > 0) throw new RefusedByRule([{ code: 'MEMBER_NUMBER_TAKEN', memberNos }]);
  const known = new Map(bearers.flatMap(({ memberNo, idNumber }) => (idNumber ? [[memberNo, idNumber] as const] : [])));
  // Who comes back by the number alone may have gone into another household meanwhile.
  const back = household.members.flatMap(({ memberNo }) => (personal.former?.some((one) => one.memberNo === memberNo) ? known.get(memberNo) ?? [] : []));
  const idNumbers = household.members.flatMap(({ idNumber }) => (idNumber === undefined ? [] : [normaliseIdNumber(idNumber)]));
  const linkedTo = await findHolder(pool, idIndexesOf(keys.index, [...idNumbers, ...back]), record.caseId);
  if (linkedTo) throw new RefusedByRule([{ code: 'HOUSEHOLD_ALREADY_FILED', rule: 'R-QHD-12', linkedTo }]);
  return factsOf(household, known);
}

/** Everybody who is in the household, or was and has left. */
function bearersOf({ household }: CaseRecord, { applicant, members, former = [] }: CasePrivate): Bearer[] {
  const present = household.members.map(({ memberNo, relation }) => {
    const person = members.find((member) => member.memberNo === memberNo);
    return { name: relation === 'self' ? applicant.name : undefined, ...person, memberNo, relation };
  });
  return [...former, ...present];
}
