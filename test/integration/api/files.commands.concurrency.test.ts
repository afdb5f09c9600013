import { randomUUID } from 'node:crypto';
import { expectProblem } from '../given/problem';
import { givenExiting, givenPhaseOut, isFoundToLeave } from '../given/file-life';
import { ServiceClient, type Json } from '../given/service-client';
import { WalkedCase, type UsualCommand } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

const ROUNDS = 4;

let client: ServiceClient;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
});

async function relapsed(): Promise<WalkedCase> {
  const walked = await givenPhaseOut(client);
  await walked.does('reportRelapse');
  await walked.does('recordVisit', { household: walked.household('relative') });
  return walked;
}

async function foundToLeave(): Promise<WalkedCase> {
  const walked = await WalkedCase.importFile(client);
  await isFoundToLeave(walked);
  return walked;
}

async function confirmed(): Promise<WalkedCase> {
  const walked = await givenExiting(client);
  await walked.does('confirmExit', { by: 'worker' });
  await walked.does('confirmExit', { by: 'grassroots' });
  return walked;
}

const imported = () => WalkedCase.importFile(client);
const exiting = () => givenExiting(client);
const phasingOut = () => givenPhaseOut(client);

const send = (walked: WalkedCase, command: UsualCommand, fields: Json = {}, headers = {}) =>
  walked.send(command, walked.whoIsAwaited(command, fields.by), { ...walked.usual(command), ...fields }, headers);

async function inRounds(play: (round: number) => Promise<unknown>): Promise<void> {
  await Promise.all(Array.from({ length: ROUNDS }, (_none, round) => play(round)));
}

/** How often a command stands in the record: its events that say it was carried out. */
async function timesCarriedOut(walked: WalkedCase, type: string): Promise<number> {
  const { body } = await walked.send<{ items: { type: string }[] }>('listCaseEvents', walked.clerk, { limit: 200 });
  return body.items.filter((event) => event.type === type).length;
}

describe('two people at once with what can be done once', () => {
  test.each<[command: UsualCommand, there: () => Promise<WalkedCase>, event: string]>([
    ['notifyExit', foundToLeave, 'exitNotified'],
    ['confirmExit', exiting, 'exitConfirmed'],
    ['verifyExit', exiting, 'exitVerified'],
    ['concludeExit', confirmed, 'exitConcluded'],
    ['reportRelapse', phasingOut, 'relapseReported'],
    ['dismissRelapse', relapsed, 'relapseDismissed'],
    ['reopenFile', relapsed, 'fileReopened'],
  ])('%s: one of them does it, the other is told that it is not awaited any more', async (command, there, event) => {
    await inRounds(async () => {
      const walked = await there();
      const before = await timesCarriedOut(walked, event);
      const replies = await Promise.all([send(walked, command), send(walked, command)]);
      expect(replies.map(({ status }) => status).sort()).toEqual([200, 409]);
      expectProblem(replies.find(({ status }) => status === 409)!, 409, 'NOT_AWAITED');
      expect(await timesCarriedOut(walked, event)).toBe(before + 1);
    });
  });
});

describe('two people at once with what can be done again', () => {
  test.each<[command: UsualCommand, there: () => Promise<WalkedCase>, event: string]>([
    ['recordRecheck', imported, 'recheckRecorded'],
    ['updateFile', imported, 'fileUpdated'],
    ['changeAidLevel', imported, 'aidLevelSet'],
    ['refuseExit', exiting, 'exitRefused'],
    ['recordFollowUp', phasingOut, 'followUpRecorded'],
  ])('%s: both count, one after the other; who saw the version before is told so', async (command, there, event) => {
    await inRounds(async () => {
      const walked = await there();
      const before = await timesCarriedOut(walked, event);
      const seen = { 'if-match': `"${walked.view.version}"` };
      const careful = await Promise.all([send(walked, command, {}, seen), send(walked, command, {}, seen)]);
      expect(careful.map(({ status }) => status).sort()).toEqual([200, 412]);
      const replies = await Promise.all([send(walked, command), send(walked, command)]);
      expect(replies.map(({ status }) => status)).toEqual([200, 200]);
      expect(new Set(replies.map(({ body }) => body.version)).size).toBe(2);
      expect(await timesCarriedOut(walked, event)).toBe(before + 3);
    });
  });
});

describe('two people at once with what excludes each other', () => {
  test.each<[one: UsualCommand, oneSays: Json, other: UsualCommand, otherSays: Json, there: () => Promise<WalkedCase>, ends: string[]]>([
    ['concludeExit', {}, 'refuseExit', { validReason: true }, confirmed, ['phaseOut', 'active']],
    ['reopenFile', {}, 'dismissRelapse', {}, relapsed, ['active', 'phaseOut']],
  ])('%s %j and %s %j: one counts, the other is refused', async (one, oneSays, other, otherSays, there, ends) => {
    await inRounds(async (round) => {
      const walked = await there();
      const both = [() => send(walked, one, oneSays), () => send(walked, other, otherSays)];
      const replies = await Promise.all((round % 2 ? both : both.toReversed()).map((sending) => sending()));
      expect(replies.map(({ status }) => status).sort()).toEqual([200, 409]);
      expect(ends).toContain((await walked.look()).state);
    });
  });

  test('notifyExit and a recheck that finds a class again: whichever comes first, nobody is leaving afterwards', async () => {
    await inRounds(async (round) => {
      const walked = await foundToLeave();
      const both = [() => send(walked, 'notifyExit', {}), () => send(walked, 'recordRecheck', { household: walked.household('relative') })];
      const replies = await Promise.all((round % 2 ? both : both.toReversed()).map((sending) => sending()));
      expect([200, 409]).toContain(replies.map(({ status }) => status).sort()[1]);
      expect(await walked.look()).toMatchObject({ state: 'active', exit: null });
    });
  });

  test('a worker who confirms and refuses at the same moment has done the one that came last', async () => {
    await inRounds(async () => {
      const walked = await exiting();
      const replies = await Promise.all([send(walked, 'confirmExit', { by: 'worker' }), send(walked, 'refuseExit')]);
      expect(replies.map(({ status }) => status)).toEqual([200, 200]);
      const last = replies.toSorted((a, b) => a.body.version - b.body.version).at(-1)?.body.exit;
      expect((await walked.look()).exit).toEqual(last);
      expect((last?.refusal === null) === (last?.workerConfirmedOn !== null)).toBe(true);
    });
  });
});

describe('one command that is sent five times at once under one key', () => {
  test.each<[command: UsualCommand, there: () => Promise<WalkedCase>, event: string]>([
    ['recordRecheck', imported, 'recheckRecorded'],
    ['changeAidLevel', imported, 'aidLevelSet'],
    ['concludeExit', confirmed, 'exitConcluded'],
    ['recordFollowUp', phasingOut, 'followUpRecorded'],
    ['reopenFile', relapsed, 'fileReopened'],
  ])('%s is carried out once, and every answer is the same, later on as well', async (command, there, event) => {
    const walked = await there();
    const before = await timesCarriedOut(walked, event);
    const key = { 'idempotency-key': randomUUID() };
    const replies = await Promise.all(Array.from({ length: 5 }, () => send(walked, command, {}, key)));
    expect(replies.map(({ status, body: { version } }) => ({ status, version }))).toEqual(replies.map(() => ({ status: 200, version: replies[0]?.body.version })));
    const by = walked.whoIsAwaited(command);
    const body = walked.usual(command);
    await walked.advanceTo('2024-10-01');
    const again = await walked.send(command, by, body, key);
    expect([again.status, again.body.version, again.body.state]).toEqual([200, replies[0]?.body.version, replies[0]?.body.state]);
    expect(await timesCarriedOut(walked, event)).toBe(before + 1);
  });
});

describe('what comes at the moment at which the case acts by itself', () => {
  test('a relapse at the end of the phase-out is either inside it or a new case, and never lost', async () => {
    await inRounds(async (round) => {
      const walked = await phasingOut();
      await walked.advanceTo('2024-09-04T23:58:00+08:00');
      const report = () => walked.send('reportRelapse', walked.clerk, walked.usual('reportRelapse'));
      const passing = walked.send('advanceSimulation', walked.clerk, { to: '2024-09-05T00:02:00+08:00' });
      if (round % 2) await walked.look();
      const [reply] = await Promise.all([report(), passing]);
      const { state, relapse } = await walked.look();
      // The day may have turned already: a phase-out ends when its case says so, and a report that comes before that is inside it.
      if (reply.status === 200) expect([state, ['2024-09-04', '2024-09-05'].includes(relapse?.reportedOn ?? '')]).toEqual(['phaseOut', true]);
      else {
        expect(state).toBe('closed');
        if (reply.status !== 201) expectProblem(reply, 409, 'NOT_AWAITED');
        const { status } = reply.status === 201 ? reply : await report();
        expect(status).toBe(201);
      }
    });
  });

  test('a recheck on its due date, while its stages go by, is written once and moves the date once', async () => {
    await inRounds(async () => {
      const walked = await imported();
      const passing = walked.send('advanceSimulation', walked.clerk, { to: '2024-05-30T09:00:00+08:00' });
      const [reply] = await Promise.all([walked.send('recordRecheck', walked.clerk, { doneOn: '2024-03-04', visitedOn: '2024-03-04', outcome: 'keep' }), passing]);
      expect(reply.status).toBe(200);
      expect((await walked.look()).recheck).toMatchObject({ nextDueOn: '2024-11-13', stage: 'ahead' });
    });
  });

  test('an objection at the end of the exit notice is either in time, and keeps it open, or too late', async () => {
    await inRounds(async () => {
      const walked = await exiting();
      await walked.does('refuseExit');
      await walked.does('verifyExit', { by: 'reviewingUnion' });
      await walked.does('verifyExit', { by: 'unitOrCommunityUnion' });
      await walked.does('postNotice');
      await walked.advanceTo('2024-03-11T23:58:00+08:00');
      const passing = walked.send('advanceSimulation', walked.clerk, { to: '2024-03-12T09:00:00+08:00' });
      const [objection] = await Promise.all([walked.send<unknown>('raiseObjection', null, { kind: 'exit', about: '不实' }), passing]);
      const [notice] = (await walked.look()).notices;
      if (objection.status < 300) expect(notice).toMatchObject({ closedOn: null, objections: [{ outcome: null }] });
      else expect([expectProblem(objection, 409, 'NOT_AWAITED').status, notice?.outcome]).toEqual([409, 'noObjection']);
    });
  });
});
