import type { CaseView } from '../../../api/schemas/case';
import { QIAOCHENG } from '../given/application';
import { expectProblem } from '../given/problem';
import { givenClosed, givenPhaseOut, isFoundToLeave, isPaid, leaves, proposesAid } from '../given/file-life';
import { ServiceClient } from '../given/service-client';
import { WalkedCase } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

let client: ServiceClient;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
});

const moneyOf = ({ state, aidPlans, payments }: CaseView) => ({ state, plans: aidPlans.map((plan) => plan.state), payments: payments.map((payment) => payment.state) });

test('a file that is active gets further aid, and stays active all the way', async () => {
  const walked = await WalkedCase.importFile(client);
  expect(moneyOf(await proposesAid(walked))).toEqual({ state: 'active', plans: ['proposed'], payments: [] });
  expect(moneyOf(await walked.does('decideCollectively'))).toEqual({ state: 'active', plans: ['approved'], payments: ['planned'] });
  expect(moneyOf(await isPaid(walked))).toEqual({ state: 'active', plans: ['approved'], payments: ['paid'] });

  await walked.does('proposeAidPlan');
  expectProblem(await walked.send('proposeAidPlan', 'wx-liangxi.handler', walked.usual('proposeAidPlan')), 409, 'NOT_AWAITED');
  expect(moneyOf(await walked.does('decideCollectively', { votes: walked.votes('against') }))).toMatchObject({ state: 'active', plans: ['approved', 'rejected'] });
  expect((await walked.does('proposeAidPlan')).aidPlans).toHaveLength(3);
});

test('aid that was proposed before the exit is approved and paid while the file is leaving; more is not proposed then', async () => {
  const walked = await WalkedCase.importFile(client);
  await proposesAid(walked);
  await isFoundToLeave(walked);
  await walked.does('notifyExit');
  expect(moneyOf(await walked.does('decideCollectively'))).toEqual({ state: 'exiting', plans: ['approved'], payments: ['planned'] });
  expectProblem(await walked.send('proposeAidPlan', 'wx-liangxi.handler', walked.usual('proposeAidPlan')), 409, 'NOT_AWAITED');
  expect(moneyOf(await isPaid(walked))).toEqual({ state: 'exiting', plans: ['approved'], payments: ['paid'] });
});

test('a file in its phase-out gets further aid where the profile lets it go on, and stays in the phase-out', async () => {
  const walked = await WalkedCase.importFile(client);
  await walked.does('signAuthorization');
  await walked.does('recordComparison');
  await isFoundToLeave(walked);
  await walked.does('notifyExit');
  await leaves(walked);
  await walked.does('proposeAidPlan');
  await walked.does('decideCollectively');
  expect(moneyOf(await isPaid(walked))).toEqual({ state: 'phaseOut', plans: ['approved'], payments: ['paid'] });
});

test('a file in its phase-out gets further aid without another comparison, as the chart has it (⑧ → ⑬)', async () => {
  const walked = await givenPhaseOut(client);
  expect((await walked.does('proposeAidPlan')).aidPlans).toMatchObject([{ state: 'proposed' }]);
  expect(walked.view.state).toBe('phaseOut');
});

test('Bozhou: the aid of a deep file goes on in its phase-out', async () => {
  const walked = await WalkedCase.importFile(client, { at: QIAOCHENG, hardshipClass: 'deep' });
  await walked.does('signAuthorization');
  await walked.does('recordComparison');
  await isFoundToLeave(walked);
  await walked.does('notifyExit');
  await walked.does('concludeExit');
  expect((await walked.does('proposeAidPlan')).aidPlans).toMatchObject([{ state: 'proposed' }]);
  expect(walked.view).toMatchObject({ state: 'phaseOut', phaseOut: { months: 6, aidContinues: true } });
});

test('a file that has left gets nothing more', async () => {
  const walked = await givenClosed(client);
  expectProblem(await walked.send('proposeAidPlan', 'wx-liangxi.handler', walked.usual('proposeAidPlan')), 409, 'NOT_AWAITED');
  expectProblem(await walked.send('prepareDisbursement', 'wx-liangxi.finance', { paymentIds: ['plan-x-1'] }), 409, 'NOT_AWAITED');
});

describe('an exit without a phase-out that is concluded', () => {
  async function givenLeavingWithAid(): Promise<WalkedCase> {
    const walked = await WalkedCase.importFile(client);
    await proposesAid(walked);
    await walked.does('decideCollectively');
    await isFoundToLeave(walked);
    await walked.does('notifyExit');
    return walked;
  }

  test('while money is on its way to the bank: the file leaves once the bank has answered, and the worker is told', async () => {
    const walked = await givenLeavingWithAid();
    await walked.does('confirmExit', { by: 'worker' });
    await walked.does('confirmExit', { by: 'grassroots' });
    await walked.releasesDisbursement(await walked.preparesDisbursement());
    const concluding = await walked.send('concludeExit', 'wx-liangxi.handler', { phaseOutMonths: 0 });
    expect(concluding.status).toBe(200);
    await walked.becomes(({ state }) => state === 'closed');
    expect(moneyOf(walked.view)).toEqual({ state: 'closed', plans: ['approved'], payments: ['paid'] });
    expect(walked.view.payments[0]?.notifiedOn).not.toBeNull();
    expect(walked.view).toMatchObject({ exit: { effectiveOn: walked.view.hardshipFile?.withdrawnOn } });
  });

  test('with money prepared and not released: it is dropped, and can still be read', async () => {
    const walked = await givenLeavingWithAid();
    const { id: disbursementId } = await walked.preparesDisbursement();
    await leaves(walked, { phaseOutMonths: 0 });
    expect(moneyOf(walked.view)).toEqual({ state: 'closed', plans: ['approved'], payments: ['dropped'] });
    expect((await client.call('getDisbursement', 'wx-liangxi.finance', { disbursementId })).body).toMatchObject({ state: 'dropped', items: [{ state: 'dropped' }] });
    expectProblem(await client.call('releaseDisbursement', 'wx-liangxi.treasurer', { disbursementId }), 409, 'DISBURSEMENT_DROPPED');
  });

  test('with a plan that waits for approval: it is dropped', async () => {
    const walked = await WalkedCase.importFile(client);
    await proposesAid(walked);
    await isFoundToLeave(walked);
    await walked.does('notifyExit');
    await leaves(walked, { phaseOutMonths: 0 });
    expect(moneyOf(walked.view)).toEqual({ state: 'closed', plans: ['dropped'], payments: [] });
  });
});

describe('comparing a file that is active', () => {
  test('needs everybody\'s signature, and a consistent result asks nothing more', async () => {
    const walked = await WalkedCase.importFile(client);
    expectProblem(await walked.send('recordComparison', 'wx-liangxi.handler', { result: 'consistent' }), 409, 'AUTHORIZATION_MISSING');
    await walked.does('signAuthorization');
    expect(await walked.does('recordComparison')).toMatchObject({ state: 'active', comparison: { state: 'reported', result: 'consistent' }, awaiting: [] });
  });

  test('that finds undeclared income calls for a recheck, and changes neither class nor owner by itself', async () => {
    const walked = await WalkedCase.importFile(client);
    await walked.does('signAuthorization');
    await walked.does('recordComparison', { result: 'undeclaredIncome', extraIncomeFen: 9_000_000 });
    expect(walked.view).toMatchObject({ hardshipClass: 'relative', assessment: { recommended: 'none' }, awaiting: [{ command: 'recordRecheck', role: 'clerk' }] });
    expectProblem(await walked.send('notifyExit', 'wx-liangxi.handler'), 409, 'NOT_AWAITED');
    await walked.does('recordRecheck', { outcome: 'liftOut' }); // by the figures that the comparison brought
    expect(walked.view.awaiting).toMatchObject([{ command: 'notifyExit' }]);
  });

  test('is a task with the yearly recheck', async () => {
    const walked = await WalkedCase.importFile(client, { hardshipClass: 'deep' });
    await walked.advanceTo('2024-10-14');
    expect(walked.view.awaiting.map(({ command, role }) => ({ command, role }))).toEqual([
      { command: 'recordRecheck', role: 'clerk' },
      { command: 'recordComparison', role: 'handler' },
    ]);
  });
});
