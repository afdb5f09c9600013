import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseScenario, readScenario, ScenarioMalformed } from '../../../rehearse/scenario';

const step = { at: '2024-01-08', as: 'a.clerk', do: 'getCase' };
const scenario = (steps: unknown[], more = {}) => ({ id: 'X1', title: 'A title', rules: [], startsOn: '2024-01-08', steps, ...more });

function messageOf(parse: () => unknown): string {
  try {
    parse();
  } catch (error) {
    if (error instanceof ScenarioMalformed) return error.message;
    throw error;
  }
  return 'well-formed';
}

test('every scenario of the project is well-formed', async () => {
  const folder = join(__dirname, '../../scenarios');
  const files = (await readdir(folder)).filter((file) => file.endsWith('.json'));
  const ids = await Promise.all(files.map(async (file) => (await readScenario(join(folder, file))).id));
  expect(new Set(ids).size).toBe(files.length);
  expect(files.length).toBeGreaterThan(0);
});

test('a step without `with` sends nothing, and null is a user: nobody', () => {
  const parsed = parseScenario(scenario([{ ...step, as: null }]), 'x');
  expect(parsed.steps[0]).toEqual({ ...step, as: null, with: {} });
});

test('all mistakes are told in one message that names the steps', () => {
  const steps = [step, { ...step, at: '2024-02-30' }, { as: 'x' }, { check: 'case' }, { ...step, exspect: {} }, { do: 'a', check: 'b' }];
  const message = messageOf(() => parseScenario(scenario(steps, { startsOn: 'soon' }), 'x.json'));
  expect(message).toMatch(/^x\.json is not a scenario: /);
  for (const part of ['startsOn: must be a date', 'step 2, at: must be a business date', 'step 3: must have exactly one of do, check, until', 'step 4, expect: ', 'step 5: Unrecognized key: "exspect"', 'step 6: must have exactly one']) {
    expect(message).toContain(part);
  }
});

test('a step that is to be refused cannot save an answer', () => {
  expect(() => parseScenario(scenario([{ ...step, refused: {}, save: 'case' }]), 'x')).toThrow('nothing to expect or to save');
});

test('a file that is missing or not JSON is a malformed scenario', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'scenario-'));
  await writeFile(join(folder, 'torn.json'), '{"id": ');
  await expect(readScenario(join(folder, 'torn.json'))).rejects.toThrow(ScenarioMalformed);
  await expect(readScenario(join(folder, 'none.json'))).rejects.toThrow(/none\.json is not a scenario: .*ENOENT/);
  await rm(folder, { recursive: true });
});
