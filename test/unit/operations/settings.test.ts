import { contradictions, settingNames, unknownSettings } from '../../../operations/checks/settings';

test('a variable that is one slip from one of ours, or begins like one, and is read by nothing is named', () => {
  const env = { PORTT: '1', DATADIR: '/x', HSOT: 'a', TEMPORAL_ADRESS: 'x', METRICS_PROT: '1', LOG_LEVL: 'info' };
  expect(unknownSettings(env)).toEqual(['DATADIR', 'HSOT', 'LOG_LEVL', 'METRICS_PROT', 'PORTT', 'TEMPORAL_ADRESS']);
});

test('what we read, and what belongs to other programs, is not named', () => {
  const ours = Object.fromEntries(settingNames().map((name) => [name, '1']));
  expect(unknownSettings({ ...ours, PATH: '/bin', PWD: '/', SHELL: 'sh', HOST: 'a', EDITOR: 'vi', PAGER: 'less', LANG: 'C', BANK_URL: 'http://b' })).toEqual([]);
  expect(settingNames()).toEqual(expect.arrayContaining(['PORT', 'DATA_DIR', 'DATABASE_URL', 'TEMPORAL_ADDRESS', 'NODE_ENV', 'LOG_LEVEL']));
});

test('settings of which one makes the other count for nothing are told, and an empty one is none', () => {
  expect(contradictions({ DATABASE_URL: 'postgresql://a/b', POSTGRES_PORT: '5432', TEMPORAL_ADDRESS: '' , TEMPORAL_PORT: '1' })).toEqual([
    'DATABASE_URL and POSTGRES_PORT are both set, and no embedded PostgreSQL is started',
  ]);
  expect(contradictions({ NODE_ENV: 'production', DEMO_PASSWORD: 'x' })).toHaveLength(1);
  expect(contradictions({ NODE_ENV: 'production', DATABASE_URL: 'postgresql://a/b', TEMPORAL_ADDRESS: 'a:1' })).toEqual([]);
});
