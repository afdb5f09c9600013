import type { AuditEntry, AuditLog } from '../../../audit/audit-log';
import { RepeatedRefusals } from '../../../api/repeated-refusals';

const MINUTE = 60_000;
const refused = (actor: string, operation = 'getCase', address = '203.0.113.0/24'): AuditEntry => ({ kind: 'read', operation, actorKind: 'user', actor, address, outcome: 'refused', code: 'TOO_MANY_REQUESTS', requestId: 'req-1' });

let written: AuditEntry[];
let faults: unknown[];
let fails: boolean;
let refusals: RepeatedRefusals;
let looked: number;
const add = (entry: AuditEntry) => refusals.add(entry, () => Promise.resolve(`case ${(looked += 1)}`));
beforeEach(() => {
  jest.useFakeTimers();
  [written, faults, fails, looked] = [[], [], false, 0];
  const log: Pick<AuditLog, 'add'> = {
    add: (entry) => {
      if (fails) return Promise.reject(new Error('away'));
      written.push(entry);
      return Promise.resolve();
    },
  };
  refusals = new RepeatedRefusals(log as AuditLog, (error) => faults.push(error));
});
afterEach(() => jest.useRealTimers());

test('the first of a minute is written at once, the others as one entry that counts them', async () => {
  for (let times = 0; times < 1_000; times++) await add(refused('a'));
  expect(written).toEqual([{ ...refused('a'), caseId: 'case 1' }]);
  await jest.advanceTimersByTimeAsync(MINUTE);
  expect(written.slice(1)).toEqual([{ ...refused('a'), requestId: null, details: { further: 999 } }]);
});

test('another person, network, operation or code is counted apart', async () => {
  for (const entry of [refused('a'), refused('b'), refused('a', 'listCases'), refused('a', 'getCase', '198.51.100.0/24'), { ...refused('a'), code: 'UNAUTHENTICATED' }]) await add(entry);
  expect(written).toHaveLength(5);
  await jest.advanceTimersByTimeAsync(MINUTE);
  expect(written).toHaveLength(5);
});

test('which case was meant is asked for the first one alone, and the count names none', async () => {
  for (let times = 0; times < 100; times++) await add(refused('a'));
  await jest.advanceTimersByTimeAsync(MINUTE);
  expect(looked).toBe(1);
  expect(written.map(({ caseId }) => caseId)).toEqual(['case 1', undefined]);
});

test('the next minute begins anew', async () => {
  await add(refused('a'));
  await jest.advanceTimersByTimeAsync(MINUTE);
  await add(refused('a'));
  expect(written).toEqual(['case 1', 'case 2'].map((caseId) => ({ ...refused('a'), caseId })));
});

test('what was counted is written when the service stops', async () => {
  await add(refused('a'));
  await add(refused('a'));
  await refusals.stop();
  expect(written.at(-1)?.details).toEqual({ further: 1 });
});

test('that the first one cannot be written is told to its caller, that the count cannot to the log', async () => {
  fails = true;
  await expect(add(refused('a'))).rejects.toThrow('away');
  await add(refused('a'));
  await jest.advanceTimersByTimeAsync(MINUTE);
  expect(faults).toHaveLength(1);
});
