import fc from 'fast-check';
import type { CaseEvent } from '../../../domain/case-events';
import { applyEvent, latestNotice, type CaseRecord } from '../../../domain/case-record';
import { medicalCapOf } from '../../../domain/decisions/aid-plan';
import { anyLife } from './any-life';
import { LIANGXI, PlayedCase, WUXI_DEEP } from './played-case';

const fold = (events: readonly CaseEvent[], from: CaseRecord | null = null) => events.reduce<CaseRecord | null>((record, event) => applyEvent(record, event), from);
const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

describe('every life', () => {
  test('the version is the number of the last event, and the events are numbered without a gap', () => {
    fc.assert(
      fc.property(anyLife, ({ record, events }) => {
        expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
        expect(record.version).toBe(events.length);
      }),
    );
  });
  test('folded in any split into steps, through JSON between them as in the read model and across runs, it is the same record', () => {
    fc.assert(
      fc.property(anyLife, fc.infiniteStream(fc.integer({ min: 1, max: 5 })), ({ record, events }, sizes) => {
        let stored: CaseRecord | null = null;
        let written = 0;
        for (const size of sizes) {
          stored = throughJson(fold(throughJson(events.slice(written, written + size)), stored));
          written += size;
          if (written >= events.length) break;
        }
        expect(stored).toStrictEqual(record);
      }),
    );
  });
  test('the record survives JSON unchanged, to the last field', () => {
    fc.assert(
      fc.property(anyLife, ({ record }) => {
        expect(throughJson(record)).toStrictEqual(record);
      }),
    );
  });
  test('class and standing are there together or not at all, and speak of the same class', () => {
    fc.assert(
      fc.property(anyLife, ({ events }) => {
        let record: CaseRecord | null = null;
        for (const event of events) {
          record = applyEvent(record, event);
          expect(record.standing?.hardshipClass ?? null).toBe(record.hardshipClass);
        }
      }),
    );
  });
  test('R-BZ-07: no payment without a file, and no payment that no approved plan asked for', () => {
    fc.assert(
      fc.property(anyLife, ({ record }) => {
        if (record.payments.length > 0) expect(record.hardshipFile).not.toBeNull();
        const approved = record.aidPlans.filter(({ state }) => state === 'approved');
        const money = approved.flatMap(({ id, items }) => items.flatMap(({ amountFen }) => (amountFen ? [{ planId: id, amountFen }] : [])));
        expect(record.payments.map(({ planId, amountFen }) => ({ planId, amountFen }))).toEqual(money);
      }),
    );
  });
  test('R-BZ-31: no payment is on its way twice, and no disbursement was released by whoever prepared it', () => {
    fc.assert(
      fc.property(anyLife, ({ record }) => {
        const onTheWay = record.disbursements.filter(({ state }) => state !== 'settled').flatMap(({ paymentIds }) => paymentIds);
        expect(new Set(onTheWay).size).toBe(onTheWay.length);
        for (const { preparedBy, releasedBy } of record.disbursements) expect(releasedBy).not.toBe(preparedBy);
      }),
    );
  });
  test('R-WX-26: what was granted for the year of a plan stays within its cap', () => {
    fc.assert(
      fc.property(anyLife, ({ record }) => {
        for (const year of [2023, 2024]) {
          const granted = record.payments.some(({ aidType }) => aidType === 'medical');
          if (granted) expect(medicalCapOf(record, year).paidFen).toBeLessThanOrEqual(medicalCapOf(record, year).capFen);
        }
      }),
    );
  });
  test('the properties see what is rare as well', () => {
    const lives = fc.sample(anyLife, { numRuns: 400, seed: 20231113 });
    const types = new Set(lives.flatMap(({ events }) => events.map(({ type }) => type)));
    expect([...types]).toEqual(
      expect.arrayContaining(['transferred', 'reviewReopened', 'returnedForCorrection', 'objectionResolved', 'collectivelyDecided', 'paymentReturned', 'workerNotified']),
    );
  });
});

test('a case begins with its submission and is submitted once', () => {
  const [submitted] = PlayedCase.apply(LIANGXI, WUXI_DEEP).events as [CaseEvent];
  expect(() => applyEvent(null, { ...submitted, type: 'applicationAccepted' })).toThrow('a case cannot begin with applicationAccepted');
  expect(() => fold([submitted, submitted])).toThrow(RangeError);
});
test('what is awaited changes with the last event of a step and stays until the next step says otherwise', () => {
  const played = PlayedCase.apply(LIANGXI, WUXI_DEEP);
  const awaiting = [{ command: 'acceptApplication', role: 'clerk', orgId: 'wx-liangxi-e1', task: true, since: '2023-11-13', sinceVersion: 2, dueOn: null }];
  const event: CaseEvent = { type: 'phaseEntered', state: 'intake', seq: 3, effectiveOn: '2023-11-13', actor: null, onBehalfOf: null, commandId: null };
  const waiting = applyEvent(played.record, { ...event, awaiting });
  expect(waiting.awaiting).toEqual(awaiting);
  expect(applyEvent(waiting, { ...event, seq: 4 }).awaiting).toEqual(awaiting);
  expect(applyEvent(waiting, { ...event, seq: 4, awaiting: [] }).awaiting).toEqual([]);
});
test('a finding changes the newest notice of its kind and leaves the one of the first round alone', () => {
  const played = PlayedCase.apply(LIANGXI, WUXI_DEEP).to('passed');
  played.do('postNotice', played.notice('first')).do('returnForCorrection', {}).do('postNotice', played.notice('first')).do('raiseObjection', { kind: 'first' }, null);
  expect(played.record.notices.map(({ objections }) => objections.length)).toEqual([0, 1]);
  expect(latestNotice(played.record, 'first')?.objections).toHaveLength(1);
  expect(latestNotice(played.record, 'second')).toBeUndefined();
});
