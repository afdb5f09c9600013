import fc from 'fast-check';
import { Allowances, takeShare } from '../../../../api/http/allowances';
import { limitsInForce, rateClassOf } from '../../../../api/http/rate-table';
import { OPERATIONS } from '../../../../access/operations';
import { RATE_CLASSES } from '../../../../infra/http-settings';

const T0 = 1_800_000_000_000;

test('as many as the limit may come at once; the next has to wait for one share', () => {
  const allowances = new Allowances();
  for (let count = 0; count < 6; count++) expect(allowances.take('a', 6, T0)).toBeUndefined();
  expect(allowances.take('a', 6, T0)).toBe(10_000);
  expect(allowances.take('b', 6, T0)).toBeUndefined();
  expect(allowances.take('a', 6, T0 + 9_999)).toBe(1);
  expect(allowances.take('a', 6, T0 + 10_000)).toBeUndefined();
  expect(allowances.take('a', 6, T0 + 10_000)).toBe(10_000);
});

test('a refused request takes nothing: who keeps asking is not kept out for longer', () => {
  const allowances = new Allowances();
  for (let count = 0; count < 500; count++) allowances.take('a', 6, T0);
  expect(allowances.take('a', 6, T0 + 10_000)).toBeUndefined();
});

test('in no stretch of time do more pass than what was at hand and what grew', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 300 }), (perMinute, pauses) => {
      let now = T0;
      let takenUntil = 0;
      let passed = 0;
      for (const pause of pauses) {
        now += pause;
        const outcome = takeShare(takenUntil, perMinute, now);
        if ('takenUntil' in outcome) {
          takenUntil = outcome.takenUntil;
          passed++;
        }
      }
      expect(passed).toBeLessThanOrEqual(perMinute + Math.ceil(((now - T0) / 60_000) * perMinute));
    }),
  );
});

test('however many callers come, no more than so many are remembered, and the latest are', () => {
  const allowances = new Allowances();
  for (let caller = 0; caller < 120_000; caller++) allowances.take(`caller ${caller}`, 1, T0 + caller);
  expect(allowances.size).toBeLessThanOrEqual(50_001);
  expect(allowances.take('caller 119999', 1, T0 + 120_000)).toBeGreaterThan(0);
});

test('every operation that is there has the class that its dangers ask for', () => {
  const classOf = (operation: string, method = 'POST', query: object = {}) => rateClassOf(operation, method, query);
  expect(classOf('login')).toBe('signIn');
  expect(classOf('raiseObjection')).toBe('publicWrite');
  expect(classOf('downloadFileImportResult', 'GET')).toBe('export');
  expect(classOf('listCases', 'GET')).toBe('read');
  expect(classOf('listCases', 'GET', { state: 'active' })).toBe('read');
  expect(classOf('listCases', 'GET', { applicantName: '张三' })).toBe('lookup');
  expect(classOf('searchCases')).toBe('lookup');
  expect(classOf('checkReady', 'GET')).toBeUndefined();
  for (const operation of Object.keys(OPERATIONS)) if (!operation.startsWith('check')) expect(classOf(operation)).toBeDefined();
});

test('what is not in the table yet falls under its name', () => {
  expect(rateClassOf('revealField', 'POST', {})).toBe('reveal');
  expect(rateClassOf('exportPersonalData', 'GET', {})).toBe('export');
  expect(rateClassOf('findPersons', 'POST', {})).toBe('lookup');
  expect(rateClassOf('findings', 'GET', {})).toBe('read');
});

test('the factor multiplies every limit, a setting replaces one and takes its address limit along', () => {
  const usual = limitsInForce({ rateLimits: {}, rateLimitFactor: 1 });
  const higher = limitsInForce({ rateLimits: {}, rateLimitFactor: 10 });
  for (const name of RATE_CLASSES) expect(higher.classes[name].perUser).toBe(usual.classes[name].perUser * 10);
  const { lookup } = limitsInForce({ rateLimits: { lookup: 30 }, rateLimitFactor: 1 }).classes;
  expect(lookup).toEqual({ perUser: 30, perAddress: 300, isShared: true });
});
