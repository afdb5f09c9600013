import { lastWords } from '../../../infra/process-log';

test('the last complaint is quoted, not the lines about shutting down after it', () => {
  const output = 'LOG:  starting\nFATAL:  data directory has wrong ownership\nLOG:  database system is shut down\n';
  expect(lastWords(output)).toBe('FATAL:  data directory has wrong ownership');
});

test('a JSON line is quoted by its message and error, without its stack trace', () => {
  expect(lastWords('{"level":"fatal","msg":"no shards","error":"refused","stacktrace":"a\\nb"}')).toBe('fatal: no shards: refused');
});

test('a long line is cut, an empty output says nothing', () => {
  expect(lastWords('x'.repeat(1_000))).toHaveLength(301);
  expect(lastWords('\n \n')).toBeUndefined();
});
