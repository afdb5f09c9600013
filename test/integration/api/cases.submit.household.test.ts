import type { CaseView } from '../../../api/schemas/case';
import type { ApplicationInput } from '../../../api/schemas/application';
import { LIANGXI, givenApplication } from '../given/application';
import { freshPerson } from '../given/id-number';
import { expectProblem } from '../given/problem';
import { ServiceClient } from '../given/service-client';
import { WalkedCase } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

let client: ServiceClient;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
});

const submit = (application: ApplicationInput) => client.call<CaseView>('submitApplication', LIANGXI.clerk, { ...application });

test('a household with an open case is refused and led to that case', async () => {
  const walked = await WalkedCase.submit(client);
  const problem = expectProblem(await submit(walked.application), 409, 'HOUSEHOLD_ALREADY_FILED');
  expect(problem).toMatchObject({ rule: 'R-QHD-12', linkedTo: walked.id });
});

test('so is one that shares a member with it, written in another case of letters', async () => {
  const spouse = { memberNo: 2, relation: 'spouse' as const, ...personEndingInX(), annualIncomeFen: 0 };
  const base = givenApplication();
  const walked = await WalkedCase.submit(client, {}, { ...base, household: { ...base.household, members: [...base.household.members, spouse] } });

  const ofSpouse = givenApplication();
  const idNumber = spouse.idNumber.toLowerCase();
  const application = {
    ...ofSpouse,
    applicant: { ...ofSpouse.applicant, idNumber },
    household: { ...ofSpouse.household, members: [{ memberNo: 1, relation: 'self' as const, idNumber, birthOn: spouse.birthOn, annualIncomeFen: 0 }] },
  };
  expect(expectProblem(await submit(application), 409, 'HOUSEHOLD_ALREADY_FILED').linkedTo).toBe(walked.id);
});

test('two applications of one household at once: one case, the other is led to it', async () => {
  for (let round = 0; round < 10; round += 1) {
    const application = givenApplication();
    const replies = await Promise.all([submit(application), submit(application), submit(application)]);
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    const { id } = replies.find(({ status }) => status === 201)!.body;
    for (const refused of replies.filter(({ status }) => status === 409)) {
      expect(expectProblem(refused, 409, 'HOUSEHOLD_ALREADY_FILED').linkedTo).toBe(id);
    }
  }
});

test('two households that share two members, filed at once in another order, do not block each other', async () => {
  const [one, other] = [freshPerson(), freshPerson()];
  const application = (first: typeof one, second: typeof one): ApplicationInput => {
    const base = givenApplication();
    const members = [
      { memberNo: 1, relation: 'self' as const, ...first, annualIncomeFen: 0 },
      { memberNo: 2, relation: 'spouse' as const, ...second, annualIncomeFen: 0 },
    ];
    return { ...base, applicant: { ...base.applicant, idNumber: first.idNumber }, household: { ...base.household, members } };
  };
  const replies = await Promise.all([submit(application(one, other)), submit(application(other, one))]);
  expect(replies.map(({ status }) => status).sort()).toEqual([201, 409]);
});

test('after a rejection or a withdrawal the household may apply again, and is a new case with a new number', async () => {
  const rejected = await WalkedCase.submit(client);
  await rejected.walkTo('preliminaryReview');
  await rejected.does('decidePreliminaryReview', { decision: 'reject', opinion: '不符合' });
  const withdrawn = await WalkedCase.submit(client);
  await withdrawn.does('withdrawApplication');

  for (const { application, view } of [rejected, withdrawn]) {
    const { status, body } = await submit(application);
    expect([status, body.state]).toEqual([201, 'intake']);
    expect([body.id === view.id, body.number === view.number]).toEqual([false, false]);
  }
});

test('after a return for correction it may not: the case is still open', async () => {
  const walked = await WalkedCase.submit(client);
  await walked.does('returnForCorrection');
  expect(expectProblem(await submit(walked.application), 409, 'HOUSEHOLD_ALREADY_FILED').linkedTo).toBe(walked.id);
});

function personEndingInX(): { idNumber: string; birthOn: string } {
  for (;;) {
    const person = freshPerson();
    if (person.idNumber.endsWith('X')) return person;
  }
}
