import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCommandLine, WrongUsage } from '../../../rehearse/command-line';
import { OpenApiClient } from '../../../rehearse/openapi-client';
import { rehearse } from '../../../rehearse/rehearsal';
import { FakeService } from './fake-service';

const service = new FakeService();
let client: OpenApiClient;
let folder: string;

beforeAll(async () => {
  client = await OpenApiClient.connect(await service.start(), 'secret');
  folder = await mkdtemp(join(tmpdir(), 'rehearsal-'));
});

afterAll(async () => {
  await service.stop();
  await rm(folder, { recursive: true });
});

const submit = { as: 'a.clerk', do: 'submitApplication', save: 'case' };

async function file(id: string, steps: unknown[]): Promise<string> {
  const path = join(folder, `${id}.json`);
  await writeFile(path, JSON.stringify({ id, title: `Title of ${id}`, startsOn: '2024-01-08', steps }));
  return path;
}

async function run(files: string[], options = {}): Promise<{ noneFailed: boolean; lines: string[] }> {
  const lines: string[] = [];
  const noneFailed = await rehearse({ files, follow: false, parallel: 1, ...options }, client, (line) => lines.push(line));
  return { noneFailed, lines };
}

test('the closing line counts what passed, failed and was skipped; what is not yet covered is no failure', async () => {
  const { noneFailed, lines } = await run([await file('P1', [submit]), await file('N1', [{ do: 'openGreenChannel' }])]);
  expect(noneFailed).toBe(true);
  expect(lines.at(-1)).toBe('1 passed, 0 failed, 1 skipped');
  expect(lines).toContain('not yet covered:');
  expect(lines).toContain('  N1: operation openGreenChannel');
});

test('a failed scenario names its first difference, then all of them and the events of its case', async () => {
  const { noneFailed, lines } = await run([await file('F1', [{ ...submit, expect: { state: 'visit', number: '*' } }, { check: 'case', expect: { state: 'closed' } }])]);
  expect(noneFailed).toBe(false);
  expect(lines[0]).toBe('✗ F1  Title of F1: step 1 submitApplication: state: expected "visit", got "intake"');
  expect(lines).toContain('         state: expected "closed", got "intake"');
  expect(lines.some((line) => line.includes('applicationSubmitted'))).toBe(true);
  expect(lines.at(-1)).toBe('0 passed, 1 failed, 0 skipped');
});

test('a malformed file is one message and one failure, and the others are played', async () => {
  const { noneFailed, lines } = await run([join(folder, 'missing.json'), await file('P2', [submit])]);
  expect(noneFailed).toBe(false);
  expect(lines.filter((line) => line.startsWith('✗'))).toHaveLength(1);
  expect(lines.at(-1)).toBe('1 passed, 1 failed, 0 skipped');
});

test('following shows every step with its date, user, operation and the state it led to', async () => {
  const { lines } = await run([await file('P3', [submit, { as: 'b.clerk', do: 'acceptApplication', on: 'case' }])], { follow: true });
  expect(lines[2]!.trim().split(/\s+/)).toEqual(['2', '2024-01-08', 'b.clerk', 'acceptApplication', 'visit']);
});

test('scenarios that are played at once keep their lines together and the summary keeps the order of the files', async () => {
  const ids = ['Q1', 'Q2', 'Q3', 'Q4', 'Q5'];
  const files = await Promise.all(ids.map((id) => file(id, [submit, { at: '2024-01-09', check: 'case', expect: {} }])));
  const { lines } = await run(files, { follow: true, parallel: 3 });
  const blocks = lines.slice(0, ids.length * 4);
  for (let start = 0; start < blocks.length; start += 4) {
    const id = blocks[start]!.slice(0, 2);
    expect(blocks[start + 3]!.startsWith(`✓ ${id}`)).toBe(true);
  }
  expect(lines.slice(-ids.length - 2, -2).map((line) => line.trim().slice(0, 2))).toEqual(ids);
});

describe('command line', () => {
  test('--url goes before BIHUAN_URL, and without both a service is to be started', () => {
    expect(readCommandLine(['--url', 'http://a', 'x.json'], { BIHUAN_URL: 'http://b' })).toMatchObject({ url: 'http://a', files: ['x.json'], password: 'demo-password' });
    expect(readCommandLine(['x.json'], { BIHUAN_URL: 'http://b', DEMO_PASSWORD: 'p' })).toMatchObject({ url: 'http://b', password: 'p' });
    expect(readCommandLine(['x.json'], { BIHUAN_URL: '' })).toMatchObject({ url: undefined, follow: false, parallel: 1 });
  });

  test.each([[[]], [['--parallel', '0', 'x.json']], [['--parallel', 'many', 'x.json']], [['--unknown', 'x.json']]])('%j is wrong usage', (args) => {
    expect(() => readCommandLine(args, {})).toThrow(WrongUsage);
  });
});
