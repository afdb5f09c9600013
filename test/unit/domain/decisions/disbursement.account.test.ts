import fc from 'fast-check';
import { isPayable } from '../../../../domain/decisions/disbursement';
import { LIANGXI, PlayedCase, WOYANG, BOZHOU_DEEP, WUXI_DEEP } from '../played-case';

/** Three payments, planned and not yet prepared. */
function approved(): PlayedCase {
  const played = PlayedCase.apply(LIANGXI, WUXI_DEEP).to('noticedTwice').enter('planning');
  played.do('proposeAidPlan', { items: [{ aidType: 'living', amountFen: 100 }, { aidType: 'medical', amountFen: 200 }, { aidType: 'education', amountFen: 300 }] });
  return played.do('decideCollectively', played.votes('for', 'for', 'for')).enter('disbursement');
}
const prepare = (played: PlayedCase, paymentIds = played.record.payments.map(({ id }) => id)) =>
  played.do('prepareDisbursement', { paymentIds, payeeIsApplicant: true, accountSeenAt: played.record.version });
/** An update that brings an account, compared with the one on file at a version of the case. */
const update = (played: PlayedCase, isAnother: boolean, seenAt = played.record.version) => played.do('updateFile', { visit: false, bankAccount: { isAnother, seenAt } });
const typesAfter = (played: PlayedCase, seq: number) => played.events.filter((event) => event.seq > seq).map(({ type }) => type);

describe('another account on file', () => {
  test('R-BZ-07, R-BZ-31: takes back what is prepared and not released; its payments can be prepared anew', () => {
    const played = prepare(approved());
    const { version, disbursements } = played.record;
    update(played, true);
    expect(played.record).toMatchObject({ disbursements: [{ state: 'dropped' }], payments: [{ state: 'planned' }, { state: 'planned' }, { state: 'planned' }] });
    expect(typesAfter(played, version)).toEqual(['fileUpdated', 'disbursementDropped']);
    expect(played.events.find(({ seq }) => seq === version + 1)).toMatchObject({ bankAccountChanged: true });
    expect(played.refusals('releaseDisbursement', { disbursementId: disbursements[0]!.id })).toEqual([{ code: 'DISBURSEMENT_DROPPED' }]);
    expect(prepare(played).record.disbursements.map(({ state }) => state)).toEqual(['dropped', 'prepared']);
  });
  test('the same account again takes nothing back, and says nothing of it in the event', () => {
    const played = update(prepare(approved()), false);
    expect(played.record.disbursements).toMatchObject([{ state: 'prepared' }]);
    expect(played.record.bankAccountChangedAt).toBeUndefined();
    expect(played.events.at(-1)).not.toHaveProperty('bankAccountChanged');
  });
  test('an update without an account, and one from a sender that does not compare, take nothing back', () => {
    expect(prepare(approved()).do('updateFile', { visit: true }).record.disbursements).toMatchObject([{ state: 'prepared' }]);
  });
  test('leaves alone what is released, paid or returned', () => {
    const played = approved();
    const [first, second, third] = played.record.payments.map(({ id }) => id) as [string, string, string];
    prepare(played, [first]).do('releaseDisbursement', { disbursementId: played.record.disbursements[0]!.id });
    prepare(played, [second]).do('releaseDisbursement', { disbursementId: played.record.disbursements[1]!.id });
    played.emit({ type: 'paymentReturned', disbursementId: played.record.disbursements[1]!.id, paymentId: second, reason: 'accountClosed' });
    prepare(played, [third]);
    update(played, true);
    expect(played.record.disbursements.map(({ state }) => state)).toEqual(['released', 'settled', 'dropped']);
    expect(played.record.payments.map(({ state }) => state)).toEqual(['sent', 'returned', 'planned']);
    expect(prepare(played, [second, third]).record.disbursements.at(-1)).toMatchObject({ state: 'prepared' });
  });
});

describe('two at once', () => {
  test('an account that came while the preparation was on its way was looked at by nobody: nothing is prepared for it', () => {
    const played = approved();
    const seen = played.record.version;
    update(played, true);
    const paymentIds = played.record.payments.map(({ id }) => id);
    const late = { paymentIds, payeeIsApplicant: true, accountSeenAt: seen };
    expect(played.refusals('prepareDisbursement', late)).toEqual([{ code: 'VERSION_CONFLICT', version: played.record.version }]);
    expect(prepare(played).record.disbursements).toMatchObject([{ state: 'prepared' }]);
  });
  test('an account that was the same before another update came in between takes back what was prepared for that one', () => {
    const played = approved();
    const seen = played.record.version;
    update(played, true);
    prepare(played);
    expect(update(played, false, seen).record).toMatchObject({ disbursements: [{ state: 'dropped' }], bankAccountChangedAt: played.record.version - 1 });
  });
  test('whatever else happens to the case meanwhile is no reason to refuse', () => {
    const played = approved();
    const seen = played.record.version;
    played.do('updateFile', { visit: true });
    const paymentIds = played.record.payments.map(({ id }) => id);
    expect(played.do('prepareDisbursement', { paymentIds, payeeIsApplicant: true, accountSeenAt: seen }).record.disbursements).toHaveLength(1);
  });
});

/** What people do with money and accounts; what a rule refuses does not happen. `n` chooses the payment, and how old what one saw is. */
const MOVES = ['prepare', 'release', 'otherAccount', 'sameAccount', 'paid', 'returned', 'visited'] as const;
/** Half of all is money: prepared and at once dropped again is soon said. */
const OFFERED: (typeof MOVES)[number][] = [...MOVES, 'prepare', 'release', 'prepare', 'release', 'returned'];
const anyMoves = fc.array(fc.record({ move: fc.constantFrom(...OFFERED), n: fc.nat(30) }), { minLength: 5, maxLength: 40 });

/** The account on file, by the seq of the event that brought it, as the store keeps it: 0 is the first. */
function play(moves: readonly { move: (typeof MOVES)[number]; n: number }[]) {
  const played = approved();
  const seenFrom = played.record.version;
  const accountAt = new Map<number, number>([[seenFrom, 0]]);
  const preparedFor = new Map<string, number>();
  const releasedFor = new Map<string, number>();
  let onFile = 0;
  for (const { move, n } of moves) {
    const { payments, disbursements, version } = played.record;
    const payment = payments[n % payments.length]!;
    // Mostly one that it makes sense of, now and then any other.
    const fitting = disbursements.filter(({ state }) => state === (move === 'release' ? 'prepared' : 'released'));
    const among = n % 5 > 0 && fitting.length > 0 ? fitting : disbursements;
    const disbursement = among[n % Math.max(1, among.length)];
    // One looks at the newest account there is at a version, and the command may arrive some versions later.
    const seenAt = Math.max(seenFrom, version - (n % 4));
    const seen = [...accountAt].findLast(([at]) => at <= seenAt)![1];
    switch (move) {
      case 'prepare': {
        const facts = { paymentIds: [payment.id], payeeIsApplicant: true, accountSeenAt: seenAt };
        if (!played.decide('prepareDisbursement', facts).accepted) break;
        const { id } = played.do('prepareDisbursement', facts).record.disbursements.at(-1)!;
        expect(onFile).toBe(seen); // the store keeps the account on file: it must be the one whose name was compared
        preparedFor.set(id, onFile);
        break;
      }
      case 'release':
        if (!disbursement || !played.decide('releaseDisbursement', { disbursementId: disbursement.id }).accepted) break;
        expect(preparedFor.get(disbursement.id)).toBe(onFile); // whoever releases sees the account on file
        played.do('releaseDisbursement', { disbursementId: disbursement.id });
        releasedFor.set(disbursement.id, onFile);
        break;
      case 'otherAccount':
      case 'sameAccount': {
        const given = move === 'otherAccount' ? version + 1 : seen;
        played.do('updateFile', { visit: false, bankAccount: { isAnother: given !== seen, seenAt } });
        onFile = given;
        accountAt.set(version + 1, given);
        break;
      }
      case 'paid':
      case 'returned':
        if (disbursement?.state !== 'released') break;
        for (const paymentId of disbursement.paymentIds) {
          if (move === 'paid') played.emit({ type: 'paymentPaid', disbursementId: disbursement.id, paymentId });
          else played.emit({ type: 'paymentReturned', disbursementId: disbursement.id, paymentId, reason: 'accountClosed' });
        }
        break;
      case 'visited':
        played.do('updateFile', { visit: true });
    }
    for (const { id, state } of played.record.disbursements) {
      if (state === 'prepared') expect(preparedFor.get(id)).toBe(onFile);
      if (releasedFor.has(id)) expect(['released', 'settled']).toContain(state);
    }
    for (const { id, state } of played.record.payments) {
      const open = played.record.disbursements.filter((one) => one.paymentIds.includes(id) && (one.state === 'prepared' || one.state === 'released'));
      expect(open.map((one) => one.state)).toEqual(state === 'prepared' ? ['prepared'] : state === 'sent' ? ['released'] : []);
      expect(isPayable(played.record, id)).toBe(state === 'planned' || state === 'returned');
    }
  }
  return { played, releasedFor };
}

describe('of any order of preparing, releasing, changing and answering', () => {
  test('R-BZ-07, A-29, R-BZ-31: money is prepared for the account whose name was compared, released for the account on file, and never taken back after', () => {
    fc.assert(fc.property(anyMoves, (moves) => void play(moves)), { numRuns: 200 });
  });
  test('the property sees what is rare as well', () => {
    const lives = fc.sample(anyMoves, { numRuns: 200, seed: 20261121 }).map((moves) => play(moves));
    const types = lives.flatMap(({ played }) => played.events.map(({ type }) => type));
    expect(types).toEqual(expect.arrayContaining(['disbursementDropped', 'disbursementReleased', 'paymentReturned', 'paymentPaid']));
    expect(lives.some(({ releasedFor }) => new Set(releasedFor.values()).size > 1)).toBe(true);
  });
});

test('an account may change before there is a file to pay for, as of one that was imported', () => {
  const played = PlayedCase.import(WOYANG, BOZHOU_DEEP, { hardshipClass: 'deep', establishedOn: '2023-04-10', on: '2024-01-31' });
  expect(update(played, true).record).toMatchObject({ disbursements: [], bankAccountChangedAt: expect.any(Number) as number });
});
