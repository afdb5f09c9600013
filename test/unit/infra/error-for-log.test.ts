import { errorForLog, withoutPersonal } from '../../../infra/error-for-log';
import { JsonLog } from '../../../infra/json-log';

test('of a database error nothing is told of the row it stumbled over, and of an error at most five causes', () => {
  const error = Object.assign(new Error('duplicate key value violates unique constraint "household_claim_pkey"'), { code: '23505', detail: 'Key (id_number)=(990100197805160011) already exists.' });
  expect(errorForLog(error)).toEqual({ type: 'Error', code: '23505', message: error.message, stack: expect.stringContaining('household_claim_pkey') as string });
  const own = new Error('round and round');
  own.cause = own;
  expect(JSON.stringify(errorForLog(own)).match(/"cause"/g)).toHaveLength(5);
});

test('names, addresses and long numbers are taken out of words; dates, versions and short numbers stay', () => {
  expect(withoutPersonal('Unexpected token in "示范户甲, 99010019780516001X" of case 12 on 2024-03-04')).toBe('Unexpected token in "…, #" of case 12 on 2024-03-04');
});

test('a line below the level is not written, one at it is a JSON object with its fields', () => {
  const lines: string[] = [];
  const log = new JsonLog('worker', 'warn', (line) => lines.push(line));
  log.log('info', {}, 'not told');
  log.log('warn', { caseId: 'c', err: new RangeError('示范') }, 'told');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    { level: 'warn', time: expect.any(String) as string, part: 'worker', caseId: 'c', err: { type: 'RangeError', message: '…', stack: expect.any(String) as string }, msg: 'told' },
  ]);
});
