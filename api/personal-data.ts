import { isIdNumber, normaliseIdNumber } from '../domain/identity-number';
import type { CasePrivate } from '../store/case-private.store';
import { wrongIdNumbers } from './household-check';
import { RefusedByRule } from './problem';
import type { HouseholdInput } from './schemas/household';

interface DeclaredHousehold extends Pick<CasePrivate, 'applicant' | 'employer' | 'residence'> {
  household: HouseholdInput;
  bankAccount?: CasePrivate['bankAccount'];
}

/**
 * The personal data of a household as they are kept, apart from the coded facts.
 *
 * @throws RefusedByRule ID_NUMBER_INVALID naming every number that is none
 */
export function personalDataOf({ applicant, employer, residence, household, bankAccount = null }: DeclaredHousehold): CasePrivate {
  const idNumber = normaliseIdNumber(applicant.idNumber);
  const wrong = [...(isIdNumber(idNumber) ? [] : ['applicant.idNumber']), ...wrongIdNumbers(household)];
  if (wrong.length > 0) throw new RefusedByRule([{ code: 'ID_NUMBER_INVALID', paths: wrong }]);
  const members = household.members.map(({ memberNo, name, idNumber: own, health, relation }) => ({
    memberNo,
    name: name ?? (relation === 'self' ? applicant.name : undefined),
    idNumber: own ? normaliseIdNumber(own) : relation === 'self' ? idNumber : undefined,
    health,
  }));
  return { applicant: { ...applicant, idNumber }, employer, residence, members, bankAccount, contactPerson: null };
}
