import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { consentTextOn, loadConsentTexts } from '../../../policies/consent-texts';
import { PolicyMistakes } from '../../../policies/mistakes';

/** Digests of all published versions. Somebody has signed them: a change of one is a mistake, a new version a new line. */
const PUBLISHED = { 1: '394fcbe9e05e7f54e6f9e90b9bafa34ed80741cbaeb4f7abbb3539d563fe1186' };

const SHIPPED = join(__dirname, '..', '..', '..', 'policies', 'consent-texts');
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'consent-texts-'));
  cpSync(SHIPPED, directory, { recursive: true });
});
afterEach(() => rmSync(directory, { recursive: true }));

/** A second version, as the first with these fields changed. */
function second(fields: object): void {
  const first = JSON.parse(readFileSync(join(directory, 'check-authorization.v1.json'), 'utf8')) as object;
  writeFileSync(join(directory, 'check-authorization.v2.json'), JSON.stringify({ ...first, version: 2, from: '2027-01-01', ...fields }));
}
const mistakes = () => {
  try {
    loadConsentTexts(directory);
    return [];
  } catch (error) {
    if (error instanceof PolicyMistakes) return error.mistakes.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
};

test('a published text is never edited', () => {
  expect(Object.fromEntries(loadConsentTexts().map(({ version, sha256 }) => [version, sha256]))).toEqual(PUBLISHED);
});
test('the text of a day is the latest that was in use by then', () => {
  second({ title: '新版' });
  const texts = loadConsentTexts(directory);
  expect(['2022-12-31', '2023-01-01', '2026-12-31', '2027-01-01'].map((day) => consentTextOn(texts, day)?.version)).toEqual([undefined, 1, 1, 2]);
  expect(texts[0]?.sha256).not.toBe(texts[1]?.sha256);
});
test('R-BZ-A2: every version asks for the comparison', () => {
  for (const { purposes } of loadConsentTexts()) expect(purposes.map(({ id }) => id)).toContain('dataComparison');
});
test.each([
  [{ from: '2023-01-01' }, 'checkAuthorization.v2: does not follow the version before it'],
  [{ version: 1 }, 'checkAuthorization.v1: does not follow the version before it'],
  [{ id: 'other' }, 'other.v2: does not follow the version before it'],
  [{ rule: 'R-XX-1' }, 'rule: no such rule'],
  [{ purposes: [] }, expect.stringContaining('purposes: ')],
  [{ note: 'x' }, 'note: unknown key'],
])('a second version with %j is no version', (fields, mistake) => {
  second(fields);
  expect(mistakes()).toContainEqual(mistake);
});
