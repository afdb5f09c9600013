import { exceptDuties } from '../../../access/operations';
import { conflictOf, personsOf } from '../../../domain/duties';
import { actor, LIANGXI, PlayedCase, WUXI_DEEP } from './played-case';

const handler = actor('handler', 'wx');

test('R-BZ-31: who visited, reviewed, compared, proposed and prepared is known from the events', () => {
  const played = PlayedCase.apply(LIANGXI, WUXI_DEEP);
  expect(played.record.duties).toBeUndefined();
  played.to('visited');
  expect(played.record.duties).toEqual({ visitor: ['wx-liangxi-e1.clerk'] });
  played.to('prepared');
  expect(played.record.duties).toEqual({ visitor: ['wx-liangxi-e1.clerk'], caseHandler: ['wx.handler'], proposer: ['wx.handler'], preparer: ['wx.finance'] });
});
test('visitors who are users count like whoever recorded the visit, and so does who is stood in for', () => {
  const { record } = PlayedCase.apply(LIANGXI, WUXI_DEEP)
    .to('accepted')
    .emit({ type: 'visitRecorded', visitedOn: '2023-11-13', visitors: ['unionCadre'], household: null, visitorUsers: ['wx.handler'] });
  expect(record.duties).toEqual({ visitor: ['wx.handler'] });
  expect(conflictOf(record, ['visitor'], handler)).toEqual({ user: 'wx.handler', duty: 'visitor' });
  expect(conflictOf(record, ['visitor'], { ...actor('handler', 'wx'), user: 'wx.other', onBehalfOf: 'wx.handler' })).toEqual({ user: 'wx.handler', duty: 'visitor' });
  expect(conflictOf(record, ['proposer', 'preparer'], handler)).toBeUndefined();
  expect(conflictOf(record, ['visitor'], { ...handler, user: 'wx.other' })).toBeUndefined();
});
test('R-BZ-31: who brought another account is known, and who updated without one or with the same one is not', () => {
  const played = PlayedCase.apply(LIANGXI, WUXI_DEEP).to('prepared');
  const before = played.record.duties;
  const update = (isAnother: boolean | undefined, by: typeof handler) =>
    played.do('updateFile', { visit: false, ...(isAnother !== undefined && { bankAccount: { isAnother, seenAt: played.record.version } }) }, by).record.duties;
  expect(update(undefined, handler)).toEqual(before);
  expect(update(false, handler)).toEqual(before);
  expect(update(true, { ...handler, user: 'wx.leader' })).toEqual({ ...before, accountChanger: ['wx.leader'] });
  for (const operation of ['prepareDisbursement', 'releaseDisbursement'] as const) {
    expect(conflictOf(played.record, exceptDuties(operation), { ...actor('treasurer', 'wx'), user: 'wx.leader' })).toEqual({ user: 'wx.leader', duty: 'accountChanger' });
    expect(conflictOf(played.record, exceptDuties(operation), { ...actor('treasurer', 'wx'), onBehalfOf: 'wx.leader' })).toMatchObject({ duty: 'accountChanger' });
    expect(conflictOf(played.record, exceptDuties(operation), actor('treasurer', 'wx'))).toBeUndefined();
  }
});
test('R-BZ-31: who imports a file with an account is known, and whom they stand in for; without an account nobody is', () => {
  const importedBy = (by: typeof handler, more: { bringsAccount?: true } = {}) =>
    PlayedCase.import(LIANGXI, WUXI_DEEP, { hardshipClass: 'deep', establishedOn: '2023-11-13', on: '2024-05-02', by, ...more }).record.duties;
  expect(importedBy(handler)).toBeUndefined();
  expect(importedBy(handler, { bringsAccount: true })).toEqual({ accountChanger: ['wx.handler'] });
  expect(importedBy({ ...handler, user: 'wx.leader', onBehalfOf: 'wx.handler' }, { bringsAccount: true })).toEqual({ accountChanger: ['wx.leader', 'wx.handler'] });
});
test('a return for correction forgets nothing of it', () => {
  const played = PlayedCase.apply(LIANGXI, WUXI_DEEP).to('compared');
  const { duties } = played.record;
  expect(played.do('returnForCorrection', {}).record.duties).toEqual(duties);
});
test('who stands in for somebody is both', () => {
  expect(personsOf({ user: 'a' })).toEqual(['a']);
  expect(personsOf({ user: 'a', onBehalfOf: 'b' })).toEqual(['a', 'b']);
});
test('A-30: who handled the case does not vote, and may be there, recused', () => {
  const played = PlayedCase.apply(LIANGXI, WUXI_DEEP).to('noticed');
  played.do('recordComparison', { result: 'consistent', extraIncomeFen: 0 }, { ...handler, user: 'wx.reviewer' }).to('proposed');
  const plan = played.record.aidPlans[0]!;
  const cast = (vote: 'for' | 'recused') => ({
    planId: plan.id,
    heldOn: played.today,
    votes: [...['head', 'leader', 'member1'].map((role) => ({ user: `wx.${role}`, vote: 'for' as const, entitled: true })), { user: 'wx.reviewer', vote, entitled: true }],
  });
  expect(played.refusals('decideCollectively', cast('for'))).toMatchObject([{ code: 'HANDLER_MAY_NOT_VOTE', user: 'wx.reviewer' }]);
  expect(played.decide('decideCollectively', cast('recused')).accepted).toBe(true);
});
