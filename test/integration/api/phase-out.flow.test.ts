import { randomUUID } from 'node:crypto';
import { expectProblem } from '../given/problem';
import { givenExiting, givenPhaseOut, isFoundToLeave, leaves } from '../given/file-life';
import { ServiceClient } from '../given/service-client';
import { testStack } from '../../stack/test-stack';

let client: ServiceClient;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
});

const HANDLER = 'wx-liangxi.handler';
/** As near to the end of a day as a simulated clock is told to stop beside the timer at 24:00. */
const END_OF_DAY = 'T23:58:55+08:00';

describe('the end of a phase-out', () => {
  test('comes by itself at 24:00 of its last day: the file is withdrawn on that day and kept ten years from it', async () => {
    const walked = await givenPhaseOut(client);
    expect((await walked.advanceTo(`2024-09-04${END_OF_DAY}`)).state).toBe('phaseOut');
    expect(await walked.advanceTo('2024-09-05T00:05:00+08:00')).toMatchObject({
      state: 'closed',
      hardshipFile: { withdrawnOn: '2024-09-04', retentionEndsOn: '2034-09-04' },
      exit: { effectiveOn: '2024-03-04' },
      certificate: { state: 'revoked' },
      monitoring: { until: '2029-03-04' },
      awaiting: [],
      possible: [],
    });
  });

  test.each([
    ['2024-08-30', '2025-02-28'],
    ['2024-08-31', '2025-02-28'],
    ['2025-08-31', '2026-02-28'],
    ['2023-11-30', '2024-05-30'],
  ])('six months from %s is %s', async (startsOn, endsOn) => {
    const { view } = await givenPhaseOut(client, { startsOn, establishedOn: '2023-11-13' });
    expect(view.phaseOut?.endsOn).toBe(endsOn);
  });

  test('of a file that leaves on 29 February is kept until 28 February ten years on', async () => {
    const walked = await givenExiting(client, { startsOn: '2024-02-29' }, 'cancel');
    expect(await leaves(walked)).toMatchObject({ state: 'closed', hardshipFile: { withdrawnOn: '2024-02-29', retentionEndsOn: '2034-02-28' } });
  });
});

describe('following up', () => {
  test('is the clerk\'s task once, and possible as often as wanted', async () => {
    const walked = await givenPhaseOut(client, {}, { contactPerson: '联系人甲' });
    expect(walked.view).toMatchObject({ phaseOut: { contactPerson: '联系人甲' }, awaiting: [{ command: 'recordFollowUp', role: 'clerk', dueOn: '2024-09-04' }] });
    await walked.advanceTo('2024-04-08');
    expect((await walked.does('recordFollowUp')).awaiting).toEqual([]);
    expect((await walked.does('recordFollowUp', { metOn: '2024-04-02' }, HANDLER)).phaseOut?.followUps).toEqual(['2024-04-08', '2024-04-02']);
  });

  test.each([
    ['tomorrow', '2024-03-05'],
    ['before the exit', '2024-03-03'],
  ])('%s is refused', async (_what, metOn) => {
    const walked = await givenPhaseOut(client);
    expect(expectProblem(await walked.send('recordFollowUp', walked.clerk, { metOn, finding: '稳定' }), 422, 'DATE_NOT_POSSIBLE')).toMatchObject({
      field: 'metOn',
      earliest: '2024-03-04',
      latest: '2024-03-04',
    });
  });

  test('where nobody is named, the grassroots union is the contact', async () => {
    expect((await givenPhaseOut(client)).view.phaseOut?.contactPerson).toBe('无锡禾沐川纺织有限公司工会');
  });

  test('the contact person of an earlier phase-out is not that of the next one', async () => {
    const walked = await givenPhaseOut(client, {}, { contactPerson: '联系人甲' });
    await walked.does('reportRelapse');
    await walked.does('recordVisit', { household: walked.household('relative') });
    await walked.does('reopenFile');
    await isFoundToLeave(walked);
    await walked.does('notifyExit');
    expect((await leaves(walked)).phaseOut?.contactPerson).not.toBe('联系人甲');
  });
});

describe('返困 inside the phase-out', () => {
  test('is visited first, then the same file is active again, and its rechecks count from that day', async () => {
    const walked = await givenPhaseOut(client);
    const { hardshipFile, number, id } = walked.view;
    await walked.advanceTo('2024-06-03');
    expect((await walked.does('reportRelapse')).awaiting).toMatchObject([{ command: 'recordFollowUp' }, { command: 'recordVisit', role: 'clerk' }]);
    expectProblem(await walked.send('reopenFile', HANDLER, walked.usual('reopenFile')), 409, 'NOT_AWAITED');
    expectProblem(await walked.send('reportRelapse', walked.clerk, walked.usual('reportRelapse')), 409, 'NOT_AWAITED');
    await walked.does('recordVisit', { household: walked.household('relative') });
    expect(await walked.does('reopenFile', { hardshipClass: 'relative' })).toMatchObject({
      id,
      number,
      state: 'active',
      hardshipFile: { id: hardshipFile?.id, number: hardshipFile?.number, establishedOn: '2023-11-13', reopenedOn: '2024-06-03', withdrawnOn: null },
      recheck: { everyMonths: 6, nextDueOn: '2024-12-03', stage: 'ahead' },
      exit: null,
      phaseOut: null,
      endState: null,
      monitoring: null,
      relapse: null,
      previousCaseId: null,
    });
    expectProblem(await walked.send('recordRecheck', walked.clerk, { doneOn: '2024-06-02', outcome: 'keep' }), 422, 'DATE_NOT_POSSIBLE');
  });

  test('as another class goes to the union of that class', async () => {
    const walked = await givenPhaseOut(client);
    await walked.does('reportRelapse');
    await walked.does('recordVisit', { household: walked.household('deep') });
    expect(expectProblem(await walked.send('reopenFile', HANDLER, { hardshipClass: 'accidental', reason: '返困' }), 422, 'CLASS_NOT_ELIGIBLE')).toMatchObject({ eligible: ['deep', 'relative'] });
    expect(await walked.does('reopenFile', { hardshipClass: 'deep' })).toMatchObject({ hardshipClass: 'deep', hardshipFile: { ownerOrgId: 'wx' }, recheck: { everyMonths: 12 } });
  });

  test('needs a class that the visit\'s figures bear out, also after another visit that brought none', async () => {
    const walked = await givenPhaseOut(client);
    await walked.does('reportRelapse');
    await walked.does('recordVisit', { household: walked.household('none') });
    const reopen = () => walked.send('reopenFile', HANDLER, { hardshipClass: 'relative', reason: '返困' });
    expectProblem(await reopen(), 422, 'CLASS_NOT_ELIGIBLE');
    await walked.does('recordVisit');
    expectProblem(await reopen(), 422, 'CLASS_NOT_ELIGIBLE');
    await walked.does('recordVisit', { household: walked.household('relative') });
    expect((await reopen()).body.state).toBe('active');
  });

  test('reported on its last day at 23:59 is still inside, and the file does not leave before it is decided', async () => {
    const walked = await givenPhaseOut(client);
    await walked.advanceTo(`2024-09-04${END_OF_DAY}`);
    await walked.does('reportRelapse');
    expect((await walked.advanceTo('2024-09-10')).state).toBe('phaseOut');
    await walked.does('recordVisit', { household: walked.household('relative') });
    expect(await walked.does('reopenFile', { hardshipClass: 'relative' })).toMatchObject({ state: 'active', hardshipFile: { reopenedOn: '2024-09-10', withdrawnOn: null } });
  });

  test('reported the day after is a new case', async () => {
    const walked = await givenPhaseOut(client);
    await walked.advanceTo('2024-09-05T00:05:00+08:00');
    const { status, body } = await walked.send('reportRelapse', walked.clerk, walked.usual('reportRelapse'));
    expect({ status, state: body.state, previousCaseId: body.previousCaseId }).toEqual({ status: 201, state: 'intake', previousCaseId: walked.id });
  });

  test('that the visit did not find is dismissed, and the phase-out goes on to its day', async () => {
    const walked = await givenPhaseOut(client);
    await walked.does('reportRelapse');
    expectProblem(await walked.send('dismissRelapse', HANDLER, walked.usual('dismissRelapse')), 409, 'NOT_AWAITED');
    await walked.does('recordVisit');
    expect(await walked.does('dismissRelapse')).toMatchObject({ state: 'phaseOut', relapse: null, phaseOut: { endsOn: '2024-09-04' } });
    expect((await walked.advanceTo('2024-09-05')).hardshipFile?.withdrawnOn).toBe('2024-09-04');
  });

  test('dismissed after the end: the file leaves at the end of that day', async () => {
    const walked = await givenPhaseOut(client);
    await walked.does('reportRelapse');
    await walked.advanceTo('2024-09-09');
    await walked.does('recordVisit');
    expect(await walked.does('dismissRelapse')).toMatchObject({ state: 'phaseOut', phaseOut: { endsOn: '2024-09-09' } });
    expect(await walked.advanceTo('2024-09-10')).toMatchObject({ state: 'closed', hardshipFile: { withdrawnOn: '2024-09-09', retentionEndsOn: '2034-09-09' } });
  });

  test('is not borne out by a visit from before the exit', async () => {
    const walked = await givenPhaseOut(client);
    await walked.advanceTo('2024-06-03');
    await walked.does('reportRelapse');
    expect((await walked.send('recordVisit', walked.clerk, { ...walked.usual('recordVisit'), visitedOn: '2023-06-01' })).status).toBe(422);
  });

  test('a repeated report is the first one, also after the file is active again', async () => {
    const walked = await givenPhaseOut(client);
    const key = { 'idempotency-key': randomUUID() };
    const report = () => walked.send('reportRelapse', walked.clerk, walked.usual('reportRelapse'), key);
    const first = await report();
    await walked.does('recordVisit', {}, walked.clerk);
    await walked.look();
    await walked.does('reopenFile');
    const again = await report();
    expect([again.status, again.body.version, again.body.state]).toEqual([200, first.body.version, 'phaseOut']);
    expect((await walked.look()).state).toBe('active');
  });
});
