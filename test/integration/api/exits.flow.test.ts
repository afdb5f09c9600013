import { QIAOCHENG, WUHUA } from '../given/application';
import { expectProblem } from '../given/problem';
import { givenExiting, isAnnounced, isFoundToLeave, leaves } from '../given/file-life';
import { ServiceClient } from '../given/service-client';
import { dayAfter, WalkedCase } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

let client: ServiceClient;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
});

const HANDLER = 'wx-liangxi.handler';
const conclude = (walked: WalkedCase, body = {}, as = HANDLER) => walked.send('concludeExit', as, body);
const tasksOf = (walked: WalkedCase) => walked.view.awaiting.map(({ command, kind }) => (kind ? `${command} ${kind}` : command));

describe('R-WX-30: confirmed by both', () => {
  test('an exit is concluded once both have confirmed, in either order, and is told what is missing before', async () => {
    const walked = await givenExiting(client);
    expect(tasksOf(walked)).toEqual(['confirmExit worker', 'confirmExit grassroots']);
    expect(expectProblem(await conclude(walked), 409, 'EXIT_CONFIRMATION_MISSING')).toMatchObject({ rule: 'R-WX-30', missing: ['worker', 'grassroots'] });
    await walked.does('confirmExit', { by: 'grassroots' });
    expect(expectProblem(await conclude(walked), 409, 'EXIT_CONFIRMATION_MISSING')).toMatchObject({ missing: ['worker'] });
    expectProblem(await walked.send('confirmExit', walked.clerk, { by: 'grassroots' }), 409, 'NOT_AWAITED');
    await walked.does('confirmExit', { by: 'worker' });
    expect(tasksOf(walked)).toEqual(['concludeExit']);
    expect(await walked.does('concludeExit')).toMatchObject({
      state: 'phaseOut',
      endState: 'lifted',
      exit: { kind: 'liftOut', route: 'bothConfirmed', effectiveOn: '2024-03-04', noticeRequired: false },
      monitoring: { group: 1, source: 'liftOut', until: '2029-03-04' },
      recheck: null,
    });
  });

  test('a worker who confirmed and then refuses has refused', async () => {
    const walked = await givenExiting(client);
    await walked.does('confirmExit', { by: 'worker' });
    await walked.does('confirmExit', { by: 'grassroots' });
    expect(await walked.does('refuseExit')).toMatchObject({ exit: { workerConfirmedOn: null, refusal: { valid: false }, noticeRequired: true } });
    expect(expectProblem(await conclude(walked), 409, 'EXIT_VERIFICATION_INCOMPLETE')).toMatchObject({ missing: ['reviewingUnion', 'unitOrCommunityUnion'] });
  });
});

describe('R-WX-31: refused without a valid reason', () => {
  test('two verifications and the notice stand in for the worker, and each is asked for in its turn', async () => {
    const walked = await givenExiting(client);
    await walked.does('confirmExit', { by: 'grassroots' });
    await walked.does('refuseExit');
    expect(tasksOf(walked)).toEqual(['verifyExit reviewingUnion', 'verifyExit unitOrCommunityUnion']);
    const postNotice = () => walked.send('postNotice', HANDLER, walked.usual('postNotice'));
    expect(expectProblem(await postNotice(), 409, 'EXIT_VERIFICATION_INCOMPLETE')).toMatchObject({ rule: 'R-WX-31', missing: ['reviewingUnion', 'unitOrCommunityUnion'] });
    await walked.does('verifyExit', { by: 'unitOrCommunityUnion' });
    expect(expectProblem(await postNotice(), 409, 'EXIT_VERIFICATION_INCOMPLETE')).toMatchObject({ missing: ['reviewingUnion'] });
    expect(expectProblem(await conclude(walked), 409, 'EXIT_VERIFICATION_INCOMPLETE')).toMatchObject({ missing: ['reviewingUnion'] });
    await walked.does('verifyExit', { by: 'reviewingUnion' });
    expectProblem(await walked.send('verifyExit', HANDLER, walked.usual('verifyExit')), 409, 'NOT_AWAITED');
    expect(expectProblem(await conclude(walked), 409, 'EXIT_NOTICE_REQUIRED')).toMatchObject({ rule: 'R-WX-31' });
    expectProblem(await walked.send('postNotice', 'wx.handler', walked.usual('postNotice')), 403, 'FORBIDDEN'); // the owner's own notice
    await walked.does('postNotice');
    expectProblem(await conclude(walked), 409, 'EXIT_NOTICE_REQUIRED'); // open is not over
    await walked.advanceTo(dayAfter(walked.view.notices.at(-1)?.closesOn ?? ''));
    expect(tasksOf(walked)).toEqual(['concludeExit']);
    expect((await walked.does('concludeExit')).exit).toMatchObject({ route: 'announcedAfterRefusal', effectiveOn: walked.today() });
  });

  test('the grassroots union is not stood in for', async () => {
    const walked = await givenExiting(client);
    await isAnnounced(walked);
    expect(expectProblem(await conclude(walked), 409, 'EXIT_CONFIRMATION_MISSING')).toMatchObject({ missing: ['grassroots'] });
    await walked.does('confirmExit', { by: 'grassroots' });
    expect((await walked.does('concludeExit')).state).toBe('phaseOut');
  });

  test('each union verifies for itself: nobody for the other, and nobody of another place', async () => {
    const walked = await givenExiting(client);
    await walked.does('refuseExit');
    const verify = (as: string, by: string) => walked.send('verifyExit', as, { by, finding: '核实' });
    expectProblem(await verify(walked.clerk, 'reviewingUnion'), 403, 'FORBIDDEN');
    expectProblem(await verify(HANDLER, 'unitOrCommunityUnion'), 403, 'FORBIDDEN');
    expectProblem(await verify('wx-xishan.handler', 'reviewingUnion'), 404, 'NOT_FOUND');
    expectProblem(await verify('wx-liangxi-c1.clerk', 'unitOrCommunityUnion'), 404, 'NOT_FOUND');
  });

  test('a verification that one union\'s clerk holds does not keep the other union from its own', async () => {
    const walked = await givenExiting(client);
    await walked.does('refuseExit');
    const clerks = walked.view.awaiting.find(({ kind }) => kind === 'unitOrCommunityUnion');
    expect((await client.call('claimTask', walked.clerk, { taskId: clerks?.task })).status).toBe(200);
    expect((await walked.send('verifyExit', HANDLER, walked.usual('verifyExit'))).status).toBe(200);
  });

  test('a sustained objection stops the exit at once, and a recheck is called for', async () => {
    const walked = await givenExiting(client);
    await isAnnouncedUpToTheNotice(walked);
    const objectionId = await walked.objects('exit');
    expect(await walked.finds('exit', objectionId, 'sustained')).toMatchObject({
      state: 'active',
      exit: { stoppedBy: 'objection' },
      notices: [{ outcome: 'objectionSustained', closedOn: walked.today() }],
      awaiting: [{ command: 'recordRecheck', role: 'clerk' }],
    });
    expectProblem(await walked.send('notifyExit', HANDLER), 409, 'NOT_AWAITED');
  });

  test('an objection that is looked into past the period keeps the exit waiting; dismissed, it goes on', async () => {
    const walked = await givenExiting(client);
    await walked.does('confirmExit', { by: 'grassroots' });
    await isAnnouncedUpToTheNotice(walked);
    const objectionId = await walked.objects('exit');
    await walked.advanceTo(dayAfter(dayAfter(walked.view.notices[0]!.closesOn)));
    expectProblem(await conclude(walked), 409, 'EXIT_NOTICE_REQUIRED');
    expect((await walked.finds('exit', objectionId, 'dismissed')).notices).toMatchObject([{ outcome: 'noObjection' }]);
    expect((await walked.does('concludeExit')).exit?.route).toBe('announcedAfterRefusal');
  });

  test('an exit after one that was stopped needs its own refusal, verifications and notice', async () => {
    const walked = await givenExiting(client);
    await isAnnouncedUpToTheNotice(walked);
    await walked.finds('exit', await walked.objects('exit'), 'sustained');
    await isFoundToLeave(walked);
    await walked.does('notifyExit');
    expect(walked.view.exit).toMatchObject({ refusal: null, verifications: [], stoppedBy: null, noticeRequired: false });
    await walked.does('refuseExit');
    await walked.does('confirmExit', { by: 'grassroots' });
    expect(expectProblem(await conclude(walked), 409, 'EXIT_VERIFICATION_INCOMPLETE')).toMatchObject({ missing: ['reviewingUnion', 'unitOrCommunityUnion'] });
    await walked.does('verifyExit', { by: 'reviewingUnion' });
    await walked.does('verifyExit', { by: 'unitOrCommunityUnion' });
    expectProblem(await conclude(walked), 409, 'EXIT_NOTICE_REQUIRED');
    await walked.passesNotice();
    expect((await walked.does('concludeExit')).notices.map(({ outcome }) => outcome)).toEqual(['objectionSustained', 'noObjection']);
  });

  test('a worker who thinks better of it while an objection is looked into does not take the objection away', async () => {
    const walked = await givenExiting(client);
    await walked.does('confirmExit', { by: 'grassroots' });
    await isAnnouncedUpToTheNotice(walked);
    await walked.objects('exit');
    await walked.does('confirmExit', { by: 'worker' });
    expect((await conclude(walked)).status).toBe(409);
  });
});

describe('refused with a valid reason', () => {
  test('the exit stops, nothing leaves before a recheck, and the next exit begins anew', async () => {
    const walked = await givenExiting(client);
    await walked.does('confirmExit', { by: 'grassroots' });
    expect(await walked.does('refuseExit', { validReason: true })).toMatchObject({ state: 'active', exit: { stoppedBy: 'validRefusal' }, awaiting: [{ command: 'recordRecheck' }] });
    for (const command of ['concludeExit', 'notifyExit'] as const) {
      expect(expectProblem(await walked.send(command, HANDLER), 409, 'EXIT_REFUSED_WITH_VALID_REASON')).toMatchObject({ rule: 'R-WX-31' });
    }
    expect((await walked.does('recordRecheck', { household: walked.household('relative') })).exit).toBeNull();
    expectProblem(await walked.send('notifyExit', HANDLER), 409, 'NOT_AWAITED');
    await isFoundToLeave(walked);
    await walked.does('notifyExit');
    expect((await leaves(walked)).state).toBe('phaseOut');
  });

  test('a notice that is open is taken down with it', async () => {
    const walked = await givenExiting(client);
    await isAnnouncedUpToTheNotice(walked);
    expect((await walked.does('refuseExit', { validReason: true })).notices).toMatchObject([{ kind: 'exit', outcome: 'abandoned', closedOn: walked.today() }]);
    expectProblem(await walked.send('raiseObjection', null, { kind: 'exit', about: '情况不实' }), 409, 'NOT_AWAITED');
  });
});

describe('figures that come after the finding', () => {
  test('nobody is told to leave on figures that say otherwise by then', async () => {
    const walked = await WalkedCase.importFile(client);
    await isFoundToLeave(walked);
    await walked.does('updateFile', { household: walked.household('deep') });
    expect((await walked.send('notifyExit', HANDLER)).status).toBe(409);
  });
});

describe('注销退档', () => {
  test('leaves without a phase-out, counts as no lift-out, and nobody is watched after it', async () => {
    const walked = await givenExiting(client, {}, 'cancel');
    await walked.does('confirmExit', { by: 'worker' });
    await walked.does('confirmExit', { by: 'grassroots' });
    expect(expectProblem(await conclude(walked, { phaseOutMonths: 1 }), 422, 'PHASE_OUT_NOT_ALLOWED')).toMatchObject({ allowedMonths: [0] });
    expect(await walked.does('concludeExit', { phaseOutMonths: 0 })).toMatchObject({
      state: 'closed',
      endState: null,
      exit: { kind: 'cancel', effectiveOn: '2024-03-04' },
      phaseOut: null,
      monitoring: null,
      certificate: { state: 'revoked' },
      hardshipFile: { withdrawnOn: '2024-03-04', retentionEndsOn: '2034-03-04' },
    });
  });
});

describe('the length of the phase-out', () => {
  test('Wuxi: up to six months, six where nobody says', async () => {
    const walked = await givenExiting(client);
    await walked.does('confirmExit', { by: 'worker' });
    await walked.does('confirmExit', { by: 'grassroots' });
    expect(expectProblem(await conclude(walked, { phaseOutMonths: 7 }), 422, 'PHASE_OUT_TOO_LONG')).toMatchObject({ rule: 'R-WX-33', maxMonths: 6 });
    expect((await walked.does('concludeExit', { phaseOutMonths: 1 })).phaseOut).toMatchObject({ months: 1, endsOn: '2024-04-04', aidContinues: true });
  });

  test('Bozhou: the worker is told only; a deep file has six months, neither more nor fewer', async () => {
    const walked = await givenExiting(client, { at: QIAOCHENG, hardshipClass: 'deep' });
    expect(tasksOf(walked)).toEqual(['concludeExit']);
    for (const phaseOutMonths of [0, 3, 7]) {
      expect(expectProblem(await conclude(walked, { phaseOutMonths }, 'bz-qiaocheng.handler'), 422, 'PHASE_OUT_NOT_ALLOWED')).toMatchObject({ allowedMonths: [6] });
    }
    expect(await walked.does('concludeExit')).toMatchObject({ exit: { route: 'toldOnly' }, phaseOut: { months: 6, endsOn: '2024-09-04' } });
  });

  test('Bozhou: a relative file has none', async () => {
    const walked = await givenExiting(client, { at: QIAOCHENG });
    expectProblem(await conclude(walked, { phaseOutMonths: 6 }, 'bz-qiaocheng.handler'), 422, 'PHASE_OUT_NOT_ALLOWED');
    expect((await walked.does('concludeExit')).state).toBe('closed');
  });
});

describe('R-YN-18: Yunnan announces every exit', () => {
  const YUNNAN = { at: WUHUA, hardshipClass: 'deep' as const };
  const KM = 'km-wuhua.handler';

  test('after the reviewing union has verified it, whatever the worker says', async () => {
    const walked = await givenExiting(client, YUNNAN);
    await walked.does('confirmExit', { by: 'worker' });
    expect(expectProblem(await walked.send('postNotice', KM, walked.usual('postNotice')), 409, 'EXIT_VERIFICATION_INCOMPLETE')).toMatchObject({ rule: 'R-YN-18', missing: ['reviewingUnion'] });
    await walked.does('verifyExit', { by: 'reviewingUnion' });
    expect(expectProblem(await conclude(walked, {}, KM), 409, 'EXIT_NOTICE_REQUIRED')).toMatchObject({ rule: 'R-YN-18' });
    await walked.passesNotice();
    expect(await walked.does('concludeExit')).toMatchObject({ state: 'closed', exit: { route: 'announced', noticeRequired: true } });
  });

  test.each([
    ['older than six months', '2024-09-05', false],
    ['six months old to the day', '2024-09-04', true],
  ])('a visit that is %s at the notification', async (_what, day, isTaken) => {
    const walked = await WalkedCase.importFile(client, YUNNAN);
    await isFoundToLeave(walked);
    await walked.advanceTo(day);
    const reply = await walked.send('notifyExit', KM);
    if (isTaken) expect(reply.status).toBe(200);
    else expect(expectProblem(reply, 409, 'EXIT_EVIDENCE_TOO_OLD')).toMatchObject({ rule: 'R-YN-29', visitedOn: '2024-03-04', earliest: '2024-03-05' });
  });

  test('a finding without a visit is no ground for an exit', async () => {
    const walked = await WalkedCase.importFile(client, YUNNAN);
    await walked.does('recordRecheck', { outcome: 'liftOut', visitedOn: undefined });
    expect(expectProblem(await walked.send('notifyExit', KM), 409, 'EXIT_EVIDENCE_TOO_OLD')).toMatchObject({ visitedOn: null });
  });
});

test('an exit notice that would end beyond the calendar is refused, and the exit goes on otherwise', async () => {
  const walked = await givenExiting(client, { startsOn: '2026-12-28', establishedOn: '2026-06-01' });
  await walked.does('refuseExit');
  await walked.does('verifyExit', { by: 'reviewingUnion' });
  await walked.does('verifyExit', { by: 'unitOrCommunityUnion' });
  expectProblem(await walked.send('postNotice', HANDLER, walked.usual('postNotice')), 422, 'CALENDAR_NOT_COVERED');
  expect((await walked.does('refuseExit', { validReason: true })).state).toBe('active');
});

/** Refused, verified by both, and the notice posted. */
async function isAnnouncedUpToTheNotice(walked: WalkedCase): Promise<void> {
  await walked.does('refuseExit');
  await walked.does('verifyExit', { by: 'reviewingUnion' });
  await walked.does('verifyExit', { by: 'unitOrCommunityUnion' });
  await walked.does('postNotice');
}
