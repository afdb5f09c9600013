import { personalDataOf } from '../../../api/personal-data';
import { RefusedByRule } from '../../../api/problem';
import { application } from './given';

function refusals(input: Parameters<typeof personalDataOf>[0]): unknown {
  try {
    personalDataOf(input);
    return undefined;
  } catch (error) {
    if (!(error instanceof RefusedByRule)) throw error;
    return error.refusals;
  }
}

test('what is personal of a household is kept, with the applicant’s name and number on the member who is the applicant', () => {
  const { household, ...input } = application();
  const [self, ...others] = household.members.map(({ name: _name, idNumber: _idNumber, ...facts }) => facts);
  const data = personalDataOf({ ...input, household: { ...household, members: [self!, ...others] } });
  expect(data).toMatchObject({ applicant: input.applicant, employer: input.employer, residence: input.residence, bankAccount: input.bankAccount });
  expect(data.members).toEqual([
    { memberNo: 1, name: '岑言言', idNumber: '990100197805161984', health: '高血压' },
    { memberNo: 2, name: undefined, idNumber: undefined, health: undefined },
    { memberNo: 3, name: undefined, idNumber: undefined, health: undefined },
  ]);
});
test('a new case has no contact person yet, and an imported file may come without a bank account', () => {
  const { bankAccount: _bankAccount, ...input } = application();
  expect(personalDataOf(input)).toMatchObject({ bankAccount: null, contactPerson: null });
});
test('ID numbers are kept in one form, so that one household is recognised (R-QHD-12)', () => {
  const input = application();
  input.applicant.idNumber = '99010019800902190x';
  input.household.members[0]!.idNumber = '99010019800902190x';
  expect(personalDataOf(input)).toMatchObject({ applicant: { idNumber: '99010019800902190X' }, members: [{ idNumber: '99010019800902190X' }, {}, {}] });
});
test('every number that is none is named at once', () => {
  const input = application();
  input.applicant.idNumber = '990100197805161985';
  input.household.members[1]!.idNumber = '990100198009021994';
  expect(refusals(input)).toEqual([{ code: 'ID_NUMBER_INVALID', paths: ['applicant.idNumber', 'household.members.1.idNumber'] }]);
});
