import { expectProblem } from '../given/problem';
import { ServiceClient } from '../given/service-client';
import { givenCase, type WalkedCase } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

/** Posted on Monday 2024-03-04, the first notice closes at 24:00 of the next Monday. */
const CLOSES_ON = '2024-03-11';

let client: ServiceClient;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
});

async function givenOpenNotice(): Promise<WalkedCase> {
  const walked = await givenCase(client, 'notice1');
  const { notices } = await walked.does('postNotice');
  expect(notices).toMatchObject([{ postedOn: '2024-03-04', closesOn: CLOSES_ON }]);
  return walked;
}

describe('dismissed', () => {
  test('within the period, the notice closes on its own last day', async () => {
    const walked = await givenOpenNotice();
    const objectionId = await walked.objects('first');
    await walked.advanceTo('2024-03-06');
    const { state, notices } = await walked.finds('first', objectionId, 'dismissed');
    expect(state).toBe('notice1');
    expect(notices[0]?.objections).toMatchObject([{ id: objectionId, raisedOn: '2024-03-04', outcome: 'dismissed', resolvedOn: '2024-03-06' }]);

    expect((await walked.advanceTo(CLOSES_ON)).state).toBe('notice1');
    const after = await walked.advanceTo('2024-03-12');
    expect(after).toMatchObject({ state: 'upperReview', notices: [{ closedOn: CLOSES_ON, outcome: 'noObjection' }] });
  });

  test('after the period, the notice stays open until then and closes on the day of the finding', async () => {
    const walked = await givenOpenNotice();
    const objectionId = await walked.objects('first');
    const waiting = await walked.advanceTo('2024-03-20');
    expect(waiting).toMatchObject({ state: 'notice1', notices: [{ closedOn: null, outcome: null }] });
    expect(waiting.awaiting.map(({ command }) => command)).toEqual(['resolveObjection']);

    const after = await walked.finds('first', objectionId, 'dismissed');
    expect(after).toMatchObject({ state: 'upperReview', notices: [{ closedOn: '2024-03-20', outcome: 'noObjection' }] });
  });

  test('one of two, the other still keeps the notice open', async () => {
    const walked = await givenOpenNotice();
    const [one, other] = [await walked.objects('first'), await walked.objects('first')];
    await walked.advanceTo('2024-03-13');
    expect((await walked.finds('first', one, 'dismissed')).state).toBe('notice1');
    await walked.advanceTo('2024-03-14');
    expect(await walked.finds('first', other, 'dismissed')).toMatchObject({ state: 'upperReview', notices: [{ closedOn: '2024-03-14' }] });
  });
});

describe('sustained', () => {
  test('ends the first notice and the case on the day of the finding', async () => {
    const walked = await givenOpenNotice();
    const objectionId = await walked.objects('first');
    await walked.advanceTo('2024-03-06');
    const view = await walked.finds('first', objectionId, 'sustained');
    expect(view).toMatchObject({ state: 'rejected', awaiting: [], notices: [{ closedOn: '2024-03-06', outcome: 'objectionSustained' }] });
  });

  test('while another is still open, the notice ends that same day all the same', async () => {
    const walked = await givenOpenNotice();
    const [one] = [await walked.objects('first'), await walked.objects('first')];
    await walked.advanceTo('2024-03-06');
    const view = await walked.finds('first', one, 'sustained');
    expect(view).toMatchObject({ state: 'rejected', notices: [{ closedOn: '2024-03-06', outcome: 'objectionSustained' }] });
  });

  test('ends the second notice as well, by the union that posted it', async () => {
    const walked = await givenCase(client, 'notice2');
    await walked.does('postNotice');
    const objectionId = await walked.objects('second');
    expect(walked.whoIsAwaited('resolveObjection')).toBe('wx-liangxi.handler');
    const { state, notices } = await walked.finds('second', objectionId, 'sustained');
    expect([state, notices.map(({ outcome }) => outcome)]).toEqual(['rejected', ['noObjection', 'objectionSustained']]);
  });
});

describe('when an objection may come', () => {
  test('until 24:00 of the last day, and not after it', async () => {
    const walked = await givenOpenNotice();
    await walked.advanceTo(`${CLOSES_ON}T23:30:00+08:00`);
    await walked.objects('first');
    await walked.advanceTo('2024-03-12');
    expectProblem(await walked.send<unknown>('raiseObjection', null, { kind: 'first', about: '情况不实' }), 409, 'NOT_AWAITED');
    expect((await walked.look()).notices[0]?.objections).toHaveLength(1);
  });

  test('only to the kind of notice that is open', async () => {
    const walked = await givenOpenNotice();
    for (const kind of ['second', 'exit']) expectProblem(await walked.send<unknown>('raiseObjection', null, { kind, about: '情况不实' }), 409, 'NOT_AWAITED');
  });

  test('it restarts no period', async () => {
    const walked = await givenOpenNotice();
    await walked.advanceTo('2024-03-08');
    await walked.objects('first');
    expect(walked.view.notices[0]?.closesOn).toBe(CLOSES_ON);
  });
});

test('there is one finding on an objection', async () => {
  const walked = await givenOpenNotice();
  const [one] = [await walked.objects('first'), await walked.objects('first')];
  await walked.finds('first', one, 'dismissed');
  const again = await walked.send('resolveObjection', walked.clerk, { kind: 'first', objectionId: one, outcome: 'sustained', finding: '改判' });
  expectProblem(again, 409, 'OBJECTION_ALREADY_RESOLVED');
});

test('the handler above does not answer the objections to the clerk\'s notice', async () => {
  const walked = await givenOpenNotice();
  const objectionId = await walked.objects('first');
  const reply = await walked.send('resolveObjection', 'wx-liangxi.handler', { kind: 'first', objectionId, outcome: 'dismissed', finding: '查无实据' });
  expectProblem(reply, 403, 'FORBIDDEN');
});
