import fc from 'fast-check';
import { addDays, type PlainDate } from '../../../../domain/calendar-date';
import { withdrawFile } from '../../../../domain/decisions/withdraw-file';
import { policy } from '../given';
import { LIANGXI, PlayedCase, WOYANG, WUXI_DEEP } from '../played-case';
import { ready } from '../played-exit';

const wuxi = policy('wuxi-2023');
const leaving = () => ready(LIANGXI, 'relative', 'cancel').do('concludeExit', {});

function withdrawn(played: PlayedCase, on: PlainDate): PlayedCase {
  for (const fact of withdrawFile(played.record, on, played.policy())) played.emit(fact);
  return played;
}

describe('R-WX-15, A-06, A-07: kept for ten years from the day on which the file leaves', () => {
  test.each([
    ['2024-08-31', '2034-08-31'],
    ['2024-02-29', '2034-02-28'],
    ['2022-02-28', '2032-02-28'],
    ['2096-02-29', '2106-02-28'],
  ])('%s until %s', (on, until) => {
    expect(withdrawFile(leaving().record, on, wuxi)).toContainEqual({ type: 'fileWithdrawn', effectiveOn: on, retentionEndsOn: until });
  });
  test('for every day: the same day ten years on, the 28th for a leap day', () => {
    const { record } = leaving();
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20_000 }), (days) => {
        const on = addDays('2023-11-03', days);
        const [, fact] = withdrawFile(record, on, wuxi);
        const until = `${Number(on.slice(0, 4)) + 10}${on.slice(4)}`.replace('-02-29', '-02-28');
        expect(fact).toEqual({ type: 'fileWithdrawn', effectiveOn: on, retentionEndsOn: until });
      }),
      { examples: [[118]] },
    );
  });
  test('a profile with another number of years counts those', () => {
    expect(withdrawFile(leaving().record, '2024-02-29', { ...wuxi, retentionYears: { value: 4, rule: 'R-WX-15' } })).toContainEqual(
      expect.objectContaining({ type: 'fileWithdrawn', retentionEndsOn: '2028-02-29' }),
    );
  });
});

describe('what ends with the file', () => {
  test('the certificate, and the outside systems are told', () => {
    const played = withdrawn(leaving(), '2024-08-31');
    expect(played.record).toMatchObject({ certificate: { state: 'revoked' }, hardshipFile: { withdrawnOn: '2024-08-31', retentionEndsOn: '2034-08-31' }, syncs: [{ system: 'jsHardshipSystem', state: 'pending' }] });
  });
  test('a file without a certificate has none to revoke, and Bozhou has no system to tell', () => {
    const played = withdrawn(ready(WOYANG, 'relative').do('concludeExit', {}), '2024-08-31');
    expect(played.events.slice(-2).map(({ type }) => type)).toEqual(['monitoringOpened', 'fileWithdrawn']);
    expect(played.record.certificate).toBeNull();
  });
  test('aid that nobody has released is not paid any more; what is on its way or paid stays as it is', () => {
    const played = PlayedCase.apply(LIANGXI, WUXI_DEEP).to('active');
    const further = () => played.do('proposeAidPlan', { items: [{ aidType: 'living', amountFen: 100_000 }] });
    const approved = () => further().do('decideCollectively', played.votes('for', 'for', 'for')).record.payments.at(-1)!.id;
    const prepared = () => played.do('prepareDisbursement', { paymentIds: [approved()], payeeIsApplicant: true }).record.disbursements.at(-1)!.id;
    played.do('releaseDisbursement', { disbursementId: prepared() });
    prepared();
    approved();
    further();
    expect(played.record.payments.map(({ state }) => state)).toEqual(['paid', 'sent', 'prepared', 'planned']);
    withdrawn(played, played.today);
    expect(played.record.payments.map(({ state }) => state)).toEqual(['paid', 'sent', 'dropped', 'dropped']);
    expect(played.record.disbursements.map(({ state }) => state)).toEqual(['settled', 'released', 'dropped']);
    expect(played.record.aidPlans.map(({ state }) => state)).toEqual(['approved', 'approved', 'approved', 'approved', 'dropped']);
  });
  test('with nothing to drop nothing is dropped', () => {
    expect(withdrawn(leaving(), '2024-08-31').events.map(({ type }) => type)).not.toContain('aidDropped');
  });
});
