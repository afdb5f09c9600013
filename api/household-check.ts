import type { Pool } from 'pg';
import type { Household } from '../domain/household';
import { isIdNumber, normaliseIdNumber } from '../domain/identity-number';
import { findHolder, getPrivate, idIndexesOf } from '../store/case-private.store';
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
 * the applicant still the applicant, nobody who is in another open case (R-QHD-12).
 *
 * @throws RefusedByRule ID_NUMBER_INVALID, HOUSEHOLD_ALREADY_FILED; HttpProblem INVALID_INPUT for another applicant
 */
export async function replacedHousehold({ pool, keys }: { pool: Pool; keys: RecordKeys }, caseId: string, household: HouseholdInput): Promise<Household> {
  const wrong = wrongIdNumbers(household);
  if (wrong.length > 0) throw new RefusedByRule([{ code: 'ID_NUMBER_INVALID', paths: wrong }]);
  const { applicant, members } = await getPrivate(pool, keys, caseId);
  const self = household.members.findIndex((member) => member.relation === 'self');
  const given = household.members[self]?.idNumber;
  if (given !== undefined && normaliseIdNumber(given) !== applicant.idNumber) {
    throw invalidInput([{ path: `body.household.members.${self}.idNumber`, message: both('与申请人身份证号码不一致', "differs from the applicant's ID number") }]);
  }
  const idNumbers = household.members.flatMap(({ idNumber }) => (idNumber === undefined ? [] : [normaliseIdNumber(idNumber)]));
  const linkedTo = await findHolder(pool, idIndexesOf(keys.index, idNumbers), caseId);
  if (linkedTo) throw new RefusedByRule([{ code: 'HOUSEHOLD_ALREADY_FILED', rule: 'R-QHD-12', linkedTo }]);
  return factsOf(household, new Map(members.flatMap((member) => (member.idNumber ? [[member.memberNo, member.idNumber]] : []))));
}
