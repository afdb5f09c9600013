import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Viewer } from '../../../access/field-masks';
import { factsFor } from '../../../access/timeline';
import { CASE_STATES, ROLES, type Role } from '../../../domain/case-facts';
import type { CaseEvent, CaseFact } from '../../../domain/case-events';
import { LIANGXI, PlayedCase, WUXI_ACCIDENTAL, WUXI_DEEP } from '../domain/played-case';

const VIEWERS: Role[] = [...ROLES, 'applicant'];
const HANDLING: Role[] = ['clerk', 'handler', 'head'];
const READING: Role[] = [...HANDLING, 'leader', 'member1', 'member2', 'member3', 'auditor', 'supervisor'];
const played = PlayedCase.apply(LIANGXI, WUXI_DEEP).to('active');

function told({ seq, type, effectiveOn, actor, onBehalfOf, commandId, awaiting, ...data }: CaseEvent, viewer: Viewer) {
  return { seq, type, data: factsFor(type, data, viewer) };
}

/** One line for each event, so that a change of it is one line. */
function timelineFor(role: Role): string {
  const state = played.record.state;
  return played.events.map((event) => `${JSON.stringify(told(event, { roles: [role], state }))}\n`).join('');
}

/** Who reads the same has one file. */
const GOLDEN: Record<string, Role[]> = {
  'timeline.handling': HANDLING,
  'timeline.reading': READING.filter((role) => !HANDLING.includes(role)),
  'timeline.others': VIEWERS.filter((role) => !READING.includes(role)),
};

test.each(Object.entries(GOLDEN).flatMap(([name, roles]) => roles.map((role): [Role, string] => [role, name])))('golden: a whole timeline as the %s reads it', (role, name) => {
  const file = join(__dirname, 'golden', `${name}.jsonl`);
  // WRITE_GOLDEN=1 writes what is there; it is then read line by line before it is committed.
  if (process.env.WRITE_GOLDEN === '1') writeFileSync(file, timelineFor(role));
  expect(existsSync(file)).toBe(true);
  expect(timelineFor(role)).toBe(readFileSync(file, 'utf8'));
});

/** Every fact that can bring a household, with all that a household can have. */
const household = { ...WUXI_ACCIDENTAL, undeclaredIncomeFen: 1 };
const BRINGING = [
  { type: 'fileImported', household },
  { type: 'visitRecorded', household },
  { type: 'comparisonRecorded', household },
  { type: 'recheckRecorded', household },
  { type: 'fileUpdated', household },
  { type: 'applicationSubmitted', household, claimedExpenses: ['disability'], materials: [{ kind: 'disabilityCertificate' }] },
  { type: 'materialsAdded', items: [{ kind: 'disabilityCertificate' }] },
] as unknown as CaseFact[];
const factsOf = ({ type, ...data }: CaseFact, viewer: Viewer) => factsFor(type, data, viewer);
const textOf = (viewer: Viewer) => JSON.stringify(BRINGING.map((fact) => factsOf(fact, viewer)));

test('a date of birth is told to those who may reveal the ID number, and to nobody else, in no state of the case', () => {
  for (const state of CASE_STATES) expect(VIEWERS.filter((role) => textOf({ roles: [role], state }).includes('1980-05-16'))).toEqual(HANDLING);
});
test('households and proofs are told to those who read words, and to nobody else', () => {
  for (const state of CASE_STATES) {
    for (const secret of ['majorIllness', 'annualIncomeFen', 'disability', 'disabilityCertificate', 'rigidExpenses']) {
      const readers = VIEWERS.filter((role) => textOf({ roles: [role], state }).includes(secret));
      expect(readers.sort()).toEqual([...READING].sort());
    }
  }
});
test('a step that brought no household says so to whoever would read it', () => {
  expect(factsOf({ type: 'fileUpdated', visit: true, household: null }, { roles: ['auditor'], state: 'active' })).toEqual({ visit: true, household: null });
  expect(factsOf({ type: 'fileUpdated', visit: true, household: null }, { roles: ['finance'], state: 'active' })).toEqual({ visit: true });
});
test('what no line names is told to nobody', () => {
  expect(factsFor('fileUpdated', { visit: true, name: '岑言言', constructor: 1 }, { roles: ['handler'], state: 'active' })).toEqual({ visit: true });
});
