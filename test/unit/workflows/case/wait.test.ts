import type { CaseRecord } from '../../../../domain/case-record';
import { refusalsOf, valueOf } from '../../domain/given';
import { actor, LIANGXI, PASS, PlayedCase, WUXI_DEEP } from '../../domain/played-case';
import type { CommandFacts, CommandName } from '../../../../workflows/case/commands';
import type { CommandMessage } from '../../../../workflows/case/messages';
import { awaitedFrom, judge, type Wait } from '../../../../workflows/case/wait';

const compared = PlayedCase.apply(LIANGXI, WUXI_DEEP).to('compared').enter('upperReview');
const { record } = compared;

const handlerOfTheCity: Wait = { command: 'decideUpperReview', role: 'handler', orgId: 'wx', task: true };
const mayCompare: Wait = { command: 'recordComparison', role: 'handler', orgId: 'wx', task: false };
const mayAdd: Wait = { command: 'addMaterials', role: 'clerk', orgId: 'wx-liangxi-e1', task: false };

function judged<Name extends CommandName>(command: Name, facts: CommandFacts[Name], message: Partial<CommandMessage> = {}, waits: Wait[] = [handlerOfTheCity, mayCompare, mayAdd]) {
  const { today, reference } = compared.context(null);
  return judge(record, waits, command, { commandId: 'command-x', actor: actor('handler', 'wx'), ...message, facts }, { today, reference });
}
const codesOf = (...args: Parameters<typeof judged>) => refusalsOf(judged(...args)).map(({ code }) => code);

describe('whose turn it is', () => {
  test('the awaited command of the awaited person is judged by its rule', () => {
    expect(valueOf(judged('decideUpperReview', PASS)).map(({ type }) => type)).toEqual(['upperReviewDecided', 'assessed', 'classified']);
    expect(refusalsOf(judged('decideUpperReview', { ...PASS, hardshipClass: 'accidental' }))).toMatchObject([{ code: 'CLASS_NOT_ELIGIBLE' }]);
  });
  test('another role of the same union may not, and is told whose turn it is', () => {
    expect(refusalsOf(judged('decideUpperReview', PASS, { actor: actor('finance', 'wx') }))).toEqual([{ code: 'FORBIDDEN', role: 'handler', orgId: 'wx' }]);
  });
  test('nobody who is not signed in may, except where it is open to everyone', () => {
    expect(codesOf('decideUpperReview', PASS, { actor: null })).toEqual(['FORBIDDEN']);
    const open: Wait = { command: 'raiseObjection', kind: 'first', role: 'clerk', orgId: 'wx-liangxi-e1', public: true, task: false };
    const noticed = PlayedCase.apply(LIANGXI, WUXI_DEEP).to('passed');
    noticed.do('postNotice', noticed.notice('first'));
    const message = { commandId: 'o-1', actor: null, facts: { kind: 'first' } };
    expect(judge(noticed.record, [open], 'raiseObjection', message, noticed.context(null)).accepted).toBe(true);
    expect(judge(noticed.record, [{ ...open, public: false }], 'raiseObjection', message, noticed.context(null)).accepted).toBe(false);
  });
  test('R-WX-05a: a review is for the reviewing union itself, not for one above or below it', () => {
    for (const orgId of ['js', 'wx-liangxi', 'wx-xishan']) expect(codesOf('decideUpperReview', PASS, { actor: actor('handler', orgId) })).toEqual(['FORBIDDEN']);
  });
  test('what is not for one union alone may be done above it, and neither below it nor beside it', () => {
    const facts = { result: 'consistent' as const, extraIncomeFen: 0 };
    expect(judged('recordComparison', facts, { actor: actor('handler', 'js') }).accepted).toBe(true);
    for (const orgId of ['wx-liangxi', 'wx-xishan']) expect(codesOf('recordComparison', facts, { actor: actor('handler', orgId) })).toEqual(['FORBIDDEN']);
  });
  test('another role may do it where the access table says so, and only in the place of the role that is awaited', () => {
    const file = PlayedCase.import(LIANGXI, WUXI_DEEP, { hardshipClass: 'deep', establishedOn: '2023-11-13', on: '2023-11-13', ownerOrgId: 'wx' });
    const ofTheHandler: Wait = { command: 'recordRecheck', role: 'handler', orgId: 'wx', task: false };
    const ofTheClerk: Wait = { command: 'recordRecheck', role: 'clerk', orgId: 'wx-liangxi-e1', task: false };
    const facts = { doneOn: '2023-11-13', outcome: 'keep', hasReason: false };
    const codes = (by: ReturnType<typeof actor>, waits: Wait[]) => {
      const decision = judge(file.record, waits, 'recordRecheck', { commandId: 'r-1', actor: by, facts }, file.context(null));
      return decision.accepted ? [] : decision.refusals.map(({ code }) => code);
    };
    expect(codes(actor('head', 'wx'), [ofTheHandler])).not.toContain('FORBIDDEN');
    expect(codes(actor('head', 'wx'), [ofTheClerk])).toEqual(['FORBIDDEN']);
    // Awaited of two unions: done by either, and by no third one.
    for (const by of [actor('clerk', 'wx-liangxi-e1'), actor('handler', 'wx')]) expect(codes(by, [ofTheClerk, ofTheHandler])).not.toContain('FORBIDDEN');
    for (const by of [actor('handler', 'wx-liangxi-e1'), actor('clerk', 'wx-xishan-e1'), actor('finance', 'wx')]) expect(codes(by, [ofTheClerk, ofTheHandler])).toEqual(['FORBIDDEN']);
    expect(codes(actor('head', 'wx'), [{ ...ofTheHandler, command: 'recordRecheck', orgId: 'wx-xishan' }])).toEqual(['FORBIDDEN']);
  });
  test('R-BZ-31: who visited the household does not decide its upper review, in person or through a delegate', () => {
    const visited = { ...record, duties: { visitor: ['wx.handler'] } };
    const { today, reference } = compared.context(null);
    const by = (who: ReturnType<typeof actor>) => judge(visited, [handlerOfTheCity], 'decideUpperReview', { commandId: 'c-1', actor: who, facts: PASS }, { today, reference });
    expect(refusalsOf(by(actor('handler', 'wx')))).toEqual([{ code: 'CONFLICT_OF_INTEREST', rule: 'R-BZ-31', user: 'wx.handler', duty: 'visitor' }]);
    expect(by({ ...actor('handler', 'wx'), user: 'wx.other' }).accepted).toBe(true);
    expect(refusalsOf(by({ ...actor('handler', 'wx'), user: 'wx.other', onBehalfOf: 'wx.handler' }))).toMatchObject([{ code: 'CONFLICT_OF_INTEREST', user: 'wx.handler' }]);
    expect(refusalsOf(by({ ...actor('handler', 'wx'), onBehalfOf: 'wx.other' }))).toMatchObject([{ code: 'CONFLICT_OF_INTEREST', user: 'wx.handler' }]);
  });
  test('one of several roles is enough', () => {
    expect(judged('decideUpperReview', PASS, { actor: { user: 'u', orgId: 'wx', roles: ['auditor', 'handler'] } }).accepted).toBe(true);
  });
});

describe('what is awaited', () => {
  test('a command that nobody awaits is refused with the tasks that are open, not with what is only possible', () => {
    expect(refusalsOf(judged('decidePreliminaryReview', PASS))).toEqual([
      { code: 'NOT_AWAITED', awaiting: [{ command: 'decideUpperReview', role: 'handler', orgId: 'wx' }] },
    ]);
  });
  test('R-BZ-07: where a rule has more to say it speaks first', () => {
    expect(codesOf('prepareDisbursement', { paymentIds: [], payeeIsApplicant: true }, { actor: actor('finance', 'wx') })).toEqual(['NO_FILE_NO_PAYMENT']);
  });
  test('a notice of another kind is not the one that is awaited', () => {
    const second: Wait = { command: 'postNotice', kind: 'second', role: 'handler', orgId: 'wx', task: true };
    expect(codesOf('postNotice', compared.notice('first'), {}, [second])).toEqual(['NOT_AWAITED']);
    expect(judged('postNotice', compared.notice('second'), {}, [second]).accepted).toBe(true);
  });
});

describe('the version that the caller saw', () => {
  test('must be the newest when it is given', () => {
    expect(judged('decideUpperReview', PASS, { ifVersion: record.version }).accepted).toBe(true);
    expect(refusalsOf(judged('decideUpperReview', PASS, { ifVersion: record.version - 1 }))).toEqual([{ code: 'VERSION_CONFLICT', version: record.version }]);
  });
  test('is looked at before anything else: whoever saw an old case is told so, even where it waits for something else by now', () => {
    expect(codesOf('decidePreliminaryReview', PASS, { ifVersion: 1, actor: null })).toEqual(['VERSION_CONFLICT']);
  });
});

test('a decision taken twice, as validator and as handler, says the same', () => {
  expect(judged('decideUpperReview', PASS)).toEqual(judged('decideUpperReview', PASS));
  expect(judged('decideUpperReview', { ...PASS, hardshipClass: 'relative' })).toEqual(judged('decideUpperReview', { ...PASS, hardshipClass: 'relative' }));
});

describe('the waits as the record shows them', () => {
  const waiting = (...awaiting: CaseRecord['awaiting']): CaseRecord => ({ ...record, version: 40, awaiting });

  test('a new one begins today, at the version of the step', () => {
    expect(awaitedFrom([{ ...handlerOfTheCity, dueOn: '2023-12-31' }, mayAdd], '2023-11-22', waiting())).toEqual([
      { command: 'decideUpperReview', role: 'handler', orgId: 'wx', task: true, since: '2023-11-22', sinceVersion: 40, dueOn: '2023-12-31' },
      { command: 'addMaterials', role: 'clerk', orgId: 'wx-liangxi-e1', task: false, since: '2023-11-22', sinceVersion: 40, dueOn: null },
    ]);
  });
  test('one that goes on keeps its beginning, and so its task', () => {
    const [before] = awaitedFrom([handlerOfTheCity], '2023-11-20', { ...waiting(), version: 31 });
    expect(awaitedFrom([handlerOfTheCity], '2023-11-22', waiting(before!))).toEqual([before]);
  });
  test.each<[string, Partial<Wait>]>([
    ['another union', { orgId: 'wx-liangxi' }],
    ['another kind', { kind: 'second' }],
    ['a task instead of a possibility', { task: false }],
  ])('%s is a new one', (_, change) => {
    const [before] = awaitedFrom([handlerOfTheCity], '2023-11-20', { ...waiting(), version: 31 });
    expect(awaitedFrom([{ ...handlerOfTheCity, ...change }], '2023-11-22', waiting(before!))).toMatchObject([{ since: '2023-11-22', sinceVersion: 40 }]);
  });
  test('what is awaited no more is gone', () => {
    const before = awaitedFrom([handlerOfTheCity, mayAdd], '2023-11-20', waiting());
    expect(awaitedFrom([mayAdd], '2023-11-22', waiting(...before)).map(({ command }) => command)).toEqual(['addMaterials']);
  });
});
