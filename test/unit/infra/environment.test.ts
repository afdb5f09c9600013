import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../../infra/config';
import { EnvironmentReader } from '../../../infra/environment';

const directory = mkdtempSync(join(tmpdir(), 'bihuan-environment-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

let files = 0;
function fileWith(content: string): string {
  const path = join(directory, `secret-${files++}`);
  writeFileSync(path, content);
  return path;
}

test('a setting can be given by a file, whose last line break does not count', () => {
  const read = new EnvironmentReader({ DATABASE_URL_FILE: fileWith('postgresql://u:p@h:5432/aid\n'), PORT_FILE: fileWith('4000\n'), SIMULATION_FILE: fileWith('off') });
  expect(read.postgresUrl('DATABASE_URL')).toBe('postgresql://u:p@h:5432/aid');
  expect(read.required('DATABASE_URL')).toBe('postgresql://u:p@h:5432/aid');
  expect(read.port('PORT')).toBe(4000);
  expect(read.onOff('SIMULATION')).toBe(false);
  expect(read.mistakes).toEqual([]);
});

test('every setting of the configuration can come from a file', () => {
  const config = readConfig({ DEMO_PASSWORD_FILE: fileWith('another one'), DATABASE_URL_FILE: fileWith('postgres://u:p@h/aid'), LOG_LEVEL_FILE: fileWith('info') });
  expect(config).toMatchObject({ demoPassword: 'another one', databaseUrl: 'postgres://u:p@h/aid', logLevel: 'info' });
});

test('an empty file variable counts as unset, and so does an empty variable beside a file', () => {
  const read = new EnvironmentReader({ HOST_FILE: ' ', HOST: 'here', BANK_URL: '', BANK_URL_FILE: fileWith('http://bank') });
  expect([read.text('HOST'), read.text('BANK_URL')]).toEqual(['here', 'http://bank']);
  expect(read.mistakes).toEqual([]);
});

test('a setting given twice is one mistake, and neither of the two is taken', () => {
  const read = new EnvironmentReader({ DATABASE_URL: 'postgres://u:secret@h/aid', DATABASE_URL_FILE: fileWith('postgres://u:other@h/aid') });
  expect([read.text('DATABASE_URL'), read.required('DATABASE_URL')]).toEqual([undefined, '']);
  expect(read.mistakes).toEqual(['DATABASE_URL and DATABASE_URL_FILE are both set, but only one of them may be']);
});

test('a file that is missing, empty or no file is told by its path, once', () => {
  const missing = join(directory, 'missing');
  const empty = fileWith('\n');
  const read = new EnvironmentReader({ A_FILE: missing, B_FILE: empty, C_FILE: directory });
  for (const name of ['A', 'B', 'C', 'A']) read.required(name);
  expect(read.mistakes).toEqual([
    `A_FILE is "${missing}", which cannot be read (ENOENT)`,
    `B_FILE is "${empty}", which is empty`,
    `C_FILE is "${directory}", which cannot be read (EISDIR)`,
  ]);
});

test('what stands in a file is never repeated: the wrong file may have been named', () => {
  const secret = fileWith('correct-horse');
  const read = new EnvironmentReader({ PORT_FILE: secret, LOG_LEVEL_FILE: secret, TEMPORAL_ADDRESS_FILE: secret, DATABASE_URL_FILE: secret });
  read.port('PORT');
  read.oneOf('LOG_LEVEL', ['info', 'warn']);
  read.matching('TEMPORAL_ADDRESS', /:\d+$/, 'host:port');
  read.postgresUrl('DATABASE_URL');
  expect(read.mistakes).toHaveLength(4);
  expect(read.mistakes[0]).toBe('the content of PORT_FILE is something else but must be a whole number from 0 to 65535 (0 = any free port)');
  expect(read.mistakes.join()).not.toContain('correct-horse');
});
