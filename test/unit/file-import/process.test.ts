import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { SheetProcessFailed, startSheetProcess } from '../../../api/file-import-process';

const folder = mkdtempSync(join(tmpdir(), 'bihuan-process-'));
afterAll(() => rmSync(folder, { recursive: true }));

function program(name: string, source: string): string {
  const path = join(folder, `${name}.ts`);
  writeFileSync(path, source);
  return path;
}

test('a reader that ends well gives what it said, and has nothing of our environment', async () => {
  process.env.DATABASE_URL = 'postgres://secret';
  const { input, output, ended } = startSheetProcess(program('good', 'process.stdout.write(String(process.env.DATABASE_URL))'));
  input.end();
  expect((await buffer(output)).toString()).toBe('undefined');
  await ended;
});

test('a reader that dies over a file is told from one that has said all, also while it is still being written to', async () => {
  const { input, ended } = startSheetProcess(program('bad', 'process.kill(process.pid, "SIGKILL")'));
  input.write(Buffer.alloc(8 * 1024 * 1024));
  await expect(ended).rejects.toThrow(SheetProcessFailed);
});

test('what a fault quotes of a file does not reach the log', async () => {
  const fault = join(__dirname, '../../../file-import/quiet-fault');
  const source = `import { spawnSync } from 'node:child_process';
    if (process.argv[2] === 'inner') void Promise.reject(new TypeError('张三 99010019850317301X')).catch(require(${JSON.stringify(fault)}).endQuietly);
    else { const { stderr, status } = spawnSync(process.execPath, ['--import', ${JSON.stringify(require.resolve('tsx'))}, __filename, 'inner']); process.stdout.write(status + String(stderr)); }`;
  const { input, output, ended } = startSheetProcess(program('quiet', source));
  input.end();
  const said = (await buffer(output)).toString();
  await ended;
  expect(said).toMatch(/^1TypeError\n\s+at /);
  expect(said).not.toMatch(/张三|9901/);
});
