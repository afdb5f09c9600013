import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ProfileFolder } from './profile-folder';

const ROOT = join(__dirname, '../../..');
const check = (...args: string[]) =>
  spawnSync(process.execPath, ['--import', 'tsx', 'policies/check.ts', ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    timeout: 60_000,
  });

test('policy:check prints every value with its citation', () => {
  const { status, stdout } = check();
  expect(stdout).toMatch(/wuxi-2023 v1, from 2023-11-03, inherits jiangsu-2023/);
  expect(stdout).toMatch(/notice\.workingDays +5 +A-04/);
  expect(status).toBe(0);
});

test('policy:check DIR prints all mistakes, organisations that do not exist among them, and fails', () => {
  const folder = new ProfileFolder().set('wuxi-2023', 'colour', 'red').set('yunnan', 'organisations', ['nowhere']);
  try {
    expect(check(folder.dir)).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining('wuxi-2023.v1.json: colour: unknown key') as string,
    });
    folder.set('wuxi-2023', 'colour', undefined);
    expect(check(folder.dir)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('yunnan: organisations: no organisation nowhere') as string,
    });
  } finally {
    folder.remove();
  }
});
