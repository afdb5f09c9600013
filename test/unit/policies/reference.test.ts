import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PolicyMistakes } from '../../../policies/mistakes';
import { loadReference } from '../../../policies/reference';

const SHIPPED = join(__dirname, '../../../policies/reference');

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'bihuan-reference-'));
  cpSync(SHIPPED, dir, { recursive: true });
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

type Row = Record<string, string | null>;

function editRows(file: string, change: (rows: Row[]) => void): void {
  const rows = JSON.parse(readFileSync(join(dir, file), 'utf8')) as Row[];
  change(rows);
  writeFileSync(join(dir, file), JSON.stringify(rows));
}

function mistakes(): string[] {
  try {
    loadReference(dir);
    return [];
  } catch (error) {
    if (!(error instanceof PolicyMistakes)) throw error;
    return error.mistakes.map(({ file, path, message }) => `${file} ${path}: ${message}`);
  }
}

test('the shipped tables load', () => {
  const { calendar, livingStandards, organisations } = loadReference();
  expect([calendar.coveredFrom, livingStandards.length > 0, organisations.get('wx')?.kind]).toEqual([
    '2023-01-01',
    true,
    'cityUnion',
  ]);
});
test('a day off outside the covered range, and a day both off and worked', () => {
  const calendar = {
    coveredFrom: '2023-01-01',
    coveredUntil: '2023-12-31',
    off: ['2022-12-31', '2023-10-07'],
    work: ['2023-10-07'],
  };
  writeFileSync(join(dir, 'calendar.json'), JSON.stringify(calendar));
  expect(mistakes()).toEqual([
    'calendar.json off.0: 2022-12-31 is outside the covered range',
    'calendar.json work.0: 2023-10-07 is also a day off',
  ]);
});
test('two living standards of a county for the same day, and one that ends before it begins', () => {
  editRows('living-standards.json', (rows) => {
    rows[0]!.until = '2024-07-01';
    rows[2]!.until = '2025-06-01';
  });
  expect(mistakes()).toEqual(
    expect.arrayContaining([
      expect.stringContaining('a second value for 320205'),
      'living-standards.json 2.until: ends before it begins',
    ]),
  );
});
test('an organisation under none, under one of its own level, or there twice', () => {
  editRows('organisations.json', (orgs) => {
    orgs[1]!.parentId = 'nowhere';
    orgs[2]!.parentId = 'wx-huishan';
    orgs.push({ ...orgs[0]! });
  });
  expect(mistakes()).toEqual([
    'organisations.json 1.parentId: no organisation nowhere',
    'organisations.json 2.parentId: county under county',
    expect.stringMatching(/^organisations\.json \d+\.id: js is there twice$/),
  ]);
});
test('mistakes of all files come at once', () => {
  writeFileSync(join(dir, 'calendar.json'), '{');
  editRows('organisations.json', (orgs) => {
    orgs[0]!.level = 'nation';
  });
  expect(mistakes().map((mistake) => mistake.split(' ')[0])).toEqual(['calendar.json', 'organisations.json']);
});
