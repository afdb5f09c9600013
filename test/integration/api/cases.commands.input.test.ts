import { LIANGXI } from '../given/application';
import { freshPerson } from '../given/id-number';
import { expectProblem, pathsOf } from '../given/problem';
import { ServiceClient, type Json } from '../given/service-client';
import { dayAfter, givenCase, WalkedCase, type UsualCommand } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

const CLERK = LIANGXI.clerk;
const HANDLER = 'wx-liangxi.handler';
const HEAD = 'wx-liangxi.head';

let client: ServiceClient;
/** Stays in intake: bad input is told before anybody asks what the case waits for. */
let walked: WalkedCase;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
  walked = await WalkedCase.submit(client);
});

test.each<[command: string, as: string, body: Json, paths: string[]]>([
  ['signAuthorization', CLERK, { signers: ['1'], signedOn: '2024-02-31' }, ['body.signedOn', 'body.signers.0']],
  ['signAuthorization', CLERK, { signers: [], signedOn: '2024-03-04' }, ['body.signers']],
  ['addMaterials', CLERK, { items: [{ kind: 'diary', validUntil: 'soon', coversAllMembers: 'yes' }] }, ['body.items.0.coversAllMembers', 'body.items.0.kind', 'body.items.0.validUntil']],
  ['addMaterials', CLERK, { items: [] }, ['body.items']],
  ['returnForCorrection', CLERK, { reason: '  ', items: 'all' }, ['body.items', 'body.reason']],
  ['withdrawApplication', CLERK, {}, ['body.reason']],
  [
    'recordVisit',
    CLERK,
    { visitedOn: '2023-02-29', visitors: [{ name: '13800000000', kind: 'journalist' }], fourClear: { family: 7 }, household: { members: [] } },
    ['body.fourClear.family', 'body.household.members', 'body.household.rigidExpenses', 'body.visitedOn', 'body.visitors.0.kind', 'body.visitors.0.name'],
  ],
  ['decidePreliminaryReview', CLERK, { decision: 'perhaps', hardshipClass: 'none' }, ['body.decision', 'body.hardshipClass', 'body.opinion']],
  ['decidePreliminaryReview', CLERK, { decision: 'reject', opinion: '不符合', stillStruggling: { group: 5 } }, ['body.stillStruggling.group', 'body.stillStruggling.reason']],
  ['postNotice', CLERK, { kind: 'third', medium: 'rumour', place: 'moon' }, ['body.kind', 'body.medium', 'body.place']],
  ['raiseObjection', CLERK, { kind: 'third', about: '情况不实' }, ['params.kind']],
  ['raiseObjection', CLERK, { kind: 'first', raisedBy: '13800000000' }, ['body.about', 'body.raisedBy']],
  ['resolveObjection', CLERK, { kind: 'first', objectionId: 'x', outcome: 'ignored' }, ['body.finding', 'body.outcome']],
  ['recordComparison', HANDLER, { result: 'unclear', extraIncomeFen: -1 }, ['body.extraIncomeFen', 'body.result']],
  ['recordComparison', HANDLER, { result: 'undeclaredIncome', extraIncomeFen: 0.5 }, ['body.extraIncomeFen']],
  ['decideUpperReview', HANDLER, {}, ['body.decision', 'body.opinion']],
  ['proposeAidPlan', HANDLER, { items: [] }, ['body.items']],
  [
    'proposeAidPlan',
    HANDLER,
    { items: [{ aidType: 'holiday', amountFen: 0 }, { aidType: 'living', amountFen: -300_000 }, { aidType: 'living' }], selfPaidMedicalFen: { year: '2024', amountFen: 1.5 } },
    ['body.items.0.aidType', 'body.items.0.amountFen', 'body.items.1.amountFen', 'body.items.2', 'body.selfPaidMedicalFen.amountFen', 'body.selfPaidMedicalFen.year'],
  ],
  ['decideCollectively', HEAD, { votes: [{ user: '', vote: 'maybe' }] }, ['body.heldOn', 'body.minutes', 'body.planId', 'body.votes.0.user', 'body.votes.0.vote']],
  ['prepareDisbursement', 'wx-liangxi.finance', { paymentIds: 'all' }, ['body.paymentIds']],
  ['advanceSimulation', CLERK, { to: '2024-03-05' }, ['body.to']],
])('%s by %s refuses %j and names every mistake', async (command, as, body, paths) => {
  const problem = expectProblem(await walked.send(command, as, body), 400, 'INVALID_INPUT');
  expect(pathsOf(problem)).toEqual(paths);
});

test('text with a character that no text can hold is a mistake of the input, in every command that takes text', async () => {
  for (const text of ['查\u0000无', '查\ud800无']) {
    const sent = [
      walked.send('withdrawApplication', CLERK, { reason: text }),
      walked.send('returnForCorrection', CLERK, { reason: text }),
      walked.send('addMaterials', CLERK, { items: [{ kind: 'medicalBill', documentId: text }] }),
      walked.send('raiseObjection', null, { kind: 'first', about: text }),
      walked.send('decidePreliminaryReview', CLERK, { decision: 'pass', opinion: text }),
      client.call('login', null, { username: text, password: text }),
    ];
    for (const reply of await Promise.all(sent)) expectProblem(reply, 400, 'INVALID_INPUT');
  }
});

describe('what the input alone does not tell is refused by rule', () => {
  test('a visit needs all four sections and two visitors, and names what is missing', async () => {
    const visiting = await givenCase(client, 'visit');
    const body = { ...visiting.usual('recordVisit'), visitors: [{ name: '走访员一', kind: 'unionCadre' }], fourClear: { family: '属实', cause: '  ' } };
    const problem = expectProblem(await visiting.send('recordVisit', CLERK, body), 422, 'VISIT_INCOMPLETE');
    expect(problem).toMatchObject({ rule: 'R-JS-13', missing: ['cause', 'need', 'aidReceived', 'visitors'] });
  });

  test('nothing can be recorded before it happened', async () => {
    const visiting = await givenCase(client, 'visit');
    const tomorrow = dayAfter(visiting.today());
    const problem = expectProblem(await visiting.send('recordVisit', CLERK, { ...visiting.usual('recordVisit'), visitedOn: tomorrow }), 422, 'DATE_NOT_POSSIBLE');
    expect(problem).toMatchObject({ field: 'visitedOn', latest: visiting.today() });
    expectProblem(await visiting.send('signAuthorization', CLERK, { signers: [1], signedOn: tomorrow }), 422, 'DATE_NOT_POSSIBLE');
  });

  test('a signature of somebody who is not of the household is refused by number', async () => {
    const problem = expectProblem(await walked.send('signAuthorization', CLERK, { signers: [1, 7, 8], signedOn: walked.today() }), 422, 'MEMBER_UNKNOWN');
    expect(problem.memberNos).toEqual([7, 8]);
  });

  test('an application without its papers names all that is missing, in the order of the list', async () => {
    const bare = await WalkedCase.submit(client, {}, { materials: [{ kind: 'application' }], claimedExpenses: ['medical'] });
    const problem = expectProblem(await bare.send('acceptApplication', CLERK), 409, 'MATERIALS_MISSING');
    const requirements = (problem.missing as { requirement: string }[]).map(({ requirement }) => requirement);
    expect(requirements).toEqual(['checkAuthorization', 'idCard', 'householdRegister', 'labourRelation', 'income', 'causeProof.medical']);
  });

  test('a place that is not the kind of notice\'s is refused with those that are', async () => {
    const noticing = await givenCase(client, 'notice1');
    const problem = expectProblem(await noticing.send('postNotice', CLERK, { ...noticing.usual('postNotice'), place: 'sameLevelMedia' }), 422, 'NOTICE_PLACE_NOT_ALLOWED');
    expect(problem.allowed).toEqual(['employer', 'residentialCommunity']);
  });
});

describe('a household that a visit or a comparison brings is looked at as closely as the declared one', () => {
  const bringers: [command: UsualCommand, state: 'visit' | 'upperReview'][] = [
    ['recordVisit', 'visit'],
    ['recordComparison', 'upperReview'],
  ];

  test.each(bringers)('%s refuses an ID number that cannot be', async (command, state) => {
    const found = await givenCase(client, state);
    const household = withSpouse(found, '123');
    expectProblem(await found.send(command, found.whoIsAwaited(command), { ...found.usual(command), household }), 422, 'ID_NUMBER_INVALID');
    expect((await found.look()).state).toBe(state);
  });

  test.each(bringers)('%s refuses a member who is in another open case, and names that case', async (command, state) => {
    const other = await WalkedCase.submit(client);
    const found = await givenCase(client, state);
    const household = withSpouse(found, other.application.applicant.idNumber);
    const problem = expectProblem(await found.send(command, found.whoIsAwaited(command), { ...found.usual(command), household }), 409, 'HOUSEHOLD_ALREADY_FILED');
    expect(problem.linkedTo).toBe(other.id);
  });

  test.each(bringers)('%s refuses a household without the applicant', async (command, state) => {
    const found = await givenCase(client, state);
    const household = { ...found.application.household, members: [{ memberNo: 5, relation: 'spouse', annualIncomeFen: 0 }] };
    expectProblem(await found.send(command, found.whoIsAwaited(command), { ...found.usual(command), household }), 400, 'INVALID_INPUT');
  });

  test('recordVisit takes a new member, who from then on can be in no other application', async () => {
    const found = await givenCase(client, 'visit');
    const { idNumber, birthOn } = freshPerson();
    const { assessment } = await found.does('recordVisit', { household: withSpouse(found, idNumber, birthOn) });
    expect(assessment?.householdSize).toBe(2);

    const another = { ...found.application, applicant: { ...found.application.applicant, idNumber }, household: { ...found.application.household, members: [{ memberNo: 1, relation: 'self', idNumber, annualIncomeFen: 0 }] } };
    const problem = expectProblem(await client.call('submitApplication', CLERK, another), 409, 'HOUSEHOLD_ALREADY_FILED');
    expect(problem.linkedTo).toBe(found.id);
  });
});

function withSpouse({ application: { household } }: WalkedCase, idNumber: string, birthOn = '1980-01-01'): Json {
  const spouse = { memberNo: 2, name: '岑禾禾', relation: 'spouse', idNumber, birthOn, annualIncomeFen: 0 };
  return { ...household, members: [...household.members, spouse] };
}
