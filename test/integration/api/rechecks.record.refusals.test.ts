import { LIANGXI, QIAOCHENG, WUHUA } from '../given/application';
import { expectProblem } from '../given/problem';
import { ServiceClient, type Json } from '../given/service-client';
import { WalkedCase, type ImportChoice } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

let client: ServiceClient;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
});

const HEAD = 'wx-liangxi.head';

/** Expects a recheck refused, and nothing written. */
async function expectRefused(walked: WalkedCase, fields: (walked: WalkedCase) => Json, status: number, code: string, as: string = walked.clerk): Promise<Json> {
  const { version } = await walked.look();
  const problem = expectProblem(await walked.send('recordRecheck', as, { ...walked.usual('recordRecheck'), ...fields(walked) }), status, code);
  expect((await walked.look()).version).toBe(version);
  return problem;
}

test.each<[what: string, fields: Json, field: string]>([
  ['done tomorrow', { doneOn: '2024-03-05', visitedOn: '2024-03-04' }, 'doneOn'],
  ['done before the file was established', { doneOn: '2023-11-12', visitedOn: '2023-11-12' }, 'doneOn'],
  ['visited after it was done', { doneOn: '2024-03-01', visitedOn: '2024-03-02' }, 'visitedOn'],
  ['visited more than a year before it was done', { doneOn: '2024-03-04', visitedOn: '2023-03-03' }, 'visitedOn'],
])('a recheck %s is refused with the dates that are possible', async (_what, fields, field) => {
  const walked = await WalkedCase.importFile(client);
  expect(await expectRefused(walked, () => fields, 422, 'DATE_NOT_POSSIBLE')).toMatchObject({ field });
});

test('a recheck done before the last one is refused, one on the same day is not', async () => {
  const walked = await WalkedCase.importFile(client);
  await walked.does('recordRecheck', { doneOn: '2024-02-20', visitedOn: '2024-02-20' });
  expect(await expectRefused(walked, () => ({ doneOn: '2024-02-19', visitedOn: '2024-02-19' }), 422, 'DATE_NOT_POSSIBLE')).toMatchObject({ earliest: '2024-02-20' });
  expect((await walked.does('recordRecheck', { doneOn: '2024-02-20', visitedOn: '2024-02-20' })).state).toBe('active');
});

describe('an outcome that the figures contradict', () => {
  test.each<[outcome: string, figures: 'deep' | 'relative' | 'none', supported: string[]]>([
    ['keep', 'none', ['liftOut', 'cancel']],
    ['liftOut', 'relative', ['keep']],
    ['liftOut', 'deep', ['keep', 'changeClass']],
    ['changeClass', 'relative', ['keep']],
    ['changeClass', 'none', ['liftOut', 'cancel']],
    ['relieve', 'relative', ['keep']],
    ['cancel', 'relative', ['keep']],
  ])('%s with %s figures is refused with what they support', async (outcome, figures, supported) => {
    const walked = await WalkedCase.importFile(client);
    const problem = await expectRefused(walked, () => ({ outcome, household: walked.household(figures), reason: '情况说明' }), 422, 'OUTCOME_NOT_SUPPORTED');
    expect(problem).toMatchObject({ outcome, supported });
  });

  test('counts also where the figures are those on record', async () => {
    const walked = await WalkedCase.importFile(client);
    await expectRefused(walked, () => ({ outcome: 'liftOut' }), 422, 'OUTCOME_NOT_SUPPORTED');
  });

  test('is recorded all the same by the head of department with a reason, and without one is not', async () => {
    const walked = await WalkedCase.importFile(client);
    const found = { outcome: 'keep', household: walked.household('none') };
    await expectRefused(walked, () => found, 422, 'OUTCOME_NOT_SUPPORTED', HEAD);
    await expectRefused(walked, () => ({ ...found, reason: '另有情况' }), 422, 'OUTCOME_NOT_SUPPORTED', 'wx-liangxi.handler');
    expect(await walked.does('recordRecheck', { ...found, reason: '另有情况' }, HEAD)).toMatchObject({ state: 'active', lastRecheck: { outcome: 'keep' } });
  });

  test('解困 where the profile does not know it is no finding that a reason could carry', async () => {
    const walked = await WalkedCase.importFile(client);
    await expectRefused(walked, () => ({ outcome: 'relieve', reason: '生活好转' }), 422, 'OUTCOME_NOT_SUPPORTED', HEAD);
    expect((await walked.look()).endState).toBeNull();
  });
});

test('a cancellation needs a reason, of the head as well', async () => {
  const walked = await WalkedCase.importFile(client);
  for (const as of [walked.clerk, HEAD]) expect(await expectRefused(walked, () => ({ outcome: 'cancel' }), 422, 'REASON_REQUIRED', as)).toMatchObject({ rule: 'R-WX-29' });
  expect((await walked.does('recordRecheck', { outcome: 'cancel', reason: '隐瞒财产' })).lastRecheck?.outcome).toBe('cancel');
});

test('a class that is named must be one that the figures bear out, and needs a reason where another is recommended', async () => {
  const walked = await WalkedCase.importFile(client, { hardshipClass: 'accidental', fields: {} });
  const household = walked.household('deep'); // deep and relative fit
  expect(await expectRefused(walked, () => ({ outcome: 'changeClass', hardshipClass: 'accidental', household: walked.household('deep') }), 422, 'CLASS_NOT_ELIGIBLE')).toBeDefined();
  const relative = await WalkedCase.importFile(client);
  expect(await expectRefused(relative, () => ({ outcome: 'changeClass', hardshipClass: 'accidental', household: relative.household('deep') }), 422, 'CLASS_NOT_ELIGIBLE')).toMatchObject({
    eligible: ['deep', 'relative'],
  });
  expect(await expectRefused(walked, () => ({ outcome: 'changeClass', hardshipClass: 'relative', household }), 422, 'CLASS_REASON_REQUIRED')).toMatchObject({ recommended: 'deep' });
  expect((await walked.does('recordRecheck', { outcome: 'changeClass', hardshipClass: 'relative', household, reason: '按相对困难管理' })).hardshipClass).toBe('relative');
});

test.each<[what: string, choice: ImportChoice, status: number]>([
  ['is refused where the standard is published', { at: LIANGXI }, 422],
  ['counts where the standard is a fixture', { at: QIAOCHENG }, 200],
])('a living standard that comes with the recheck %s', async (_what, choice, status) => {
  const walked = await WalkedCase.importFile(client, { ...choice, hardshipClass: 'deep' });
  const body = { ...walked.usual('recordRecheck'), household: walked.household('deep'), minLivingStandardFen: 75_000 };
  const reply = await walked.send('recordRecheck', walked.clerk, body);
  if (status === 422) expect(expectProblem(reply, 422, 'LIVING_STANDARD_PUBLISHED')).toMatchObject({ regionCode: '320213', fenPerPersonMonth: 109_500 });
  else expect(reply.body.assessment?.minLivingStandardFen).toBe(75_000);
});

test('a profile without classes looks at a file all the same: any outcome but another class, which nothing could bear out', async () => {
  const walked = await WalkedCase.importFile(client, { at: WUHUA });
  expect((await walked.does('recordRecheck', { household: walked.household('deep') })).lastRecheck?.outcome).toBe('keep');
  await expectRefused(walked, () => ({ outcome: 'changeClass', household: walked.household('deep') }), 422, 'OUTCOME_NOT_SUPPORTED');
});

describe('the level of regular aid', () => {
  const level = (walked: WalkedCase, monthlyLivingAidFen: number, materialChange?: Json) =>
    walked.send('changeAidLevel', 'wx-liangxi.handler', { monthlyLivingAidFen, ...(materialChange ? { materialChange } : {}) });

  test('may rise at any time, and may not fall inside the review period without a material change', async () => {
    const walked = await WalkedCase.importFile(client);
    expect((await level(walked, 80_000)).body.monthlyLivingAidFen).toBe(80_000);
    const problem = expectProblem(await level(walked, 79_999), 409, 'AID_REDUCTION_WITHOUT_CHANGE');
    expect(problem).toMatchObject({ rule: 'R-WX-19', currentFen: 80_000, reviewPeriodEndsOn: '2024-05-13' });
    expect((await level(walked, 80_000)).status).toBe(200);
    expect((await level(walked, 60_000, { kind: '就业', evidence: '劳动合同' })).body.monthlyLivingAidFen).toBe(60_000);
  });

  test('may not fall because the union is late with its recheck', async () => {
    const walked = await WalkedCase.importFile(client);
    await level(walked, 80_000);
    await walked.advanceTo('2024-05-13');
    expectProblem(await level(walked, 50_000), 409, 'AID_REDUCTION_WITHOUT_CHANGE');
    await walked.advanceTo('2024-05-14');
    expectProblem(await level(walked, 50_000), 409, 'AID_REDUCTION_WITHOUT_CHANGE');
  });

  test('follows a household out of deep hardship once, and is then kept like any other', async () => {
    const walked = await WalkedCase.importFile(client, { hardshipClass: 'deep' });
    await level(walked, 80_000);
    await walked.advanceTo('2024-03-05');
    await walked.does('recordRecheck', { outcome: 'changeClass', household: walked.household('relative') });
    expect((await level(walked, 50_000)).status).toBe(200);
    expectProblem(await level(walked, 40_000), 409, 'AID_REDUCTION_WITHOUT_CHANGE');
  });
});
