import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PROTECTED } from '../../../store/row-security';
import { asvsRows, csvRecords, isInRepository, levelsOf, mistakesIn, ROOT, STATUSES, type AsvsRow } from './asvs-table';

const SECURITY = join(ROOT, 'docs/security');
const levels = levelsOf(readFileSync(join(__dirname, 'asvs-5.0.0-ids.csv'), 'utf8'));
const rows = asvsRows(readFileSync(join(SECURITY, 'asvs.csv'), 'utf8'));
const pages = readdirSync(SECURITY).filter((name) => name.endsWith('.md'));

describe('asvs.csv', () => {
  test('the list of requirements is that of the standard: 345, of them 70 of the first level and 183 of the second', () => {
    const count = (level: string) => [...levels.values()].filter((one) => one === level).length;
    expect([levels.size, count('1'), count('2'), count('3')]).toEqual([345, 70, 183, 92]);
  });

  test('has every requirement of levels one and two once, and of level three those of validation, authorisation, data protection and logging; each path in it is there', () => {
    expect(mistakesIn(rows, levels)).toEqual([]);
  });

  test('the numbers in the README are those of the table', () => {
    const readme = readFileSync(join(SECURITY, 'README.md'), 'utf8');
    for (const level of ['1', '2', '3']) {
      const counts = STATUSES.map((status) => rows.filter((row) => row.level === level && row.status === status).length);
      expect(readme).toContain(`| ${level} | ${counts.join(' | ')} |`);
    }
  });

  const good: AsvsRow = { id: 'v5.0.0-1.2.4', level: '1', requirement: 'Queries are parameterised', applies: 'yes', control: 'store/db.ts', test: 'test/unit/docs/security.test.ts', status: 'met', note: '' };
  const only = new Map([[good.id, '1']]);

  test.each<[string, Partial<AsvsRow>, string]>([
    ['a level that is another', { level: '2' }, 'has level 1'],
    ['an id that the standard does not have', { id: 'v5.0.0-1.2.99' }, 'is no requirement'],
    ['a control that is not there', { control: 'store/gone.ts' }, 'names store/gone.ts'],
    ['a path out of the repository', { control: '../../etc/passwd' }, 'names ../../etc/passwd'],
    ['a test that is no test', { test: 'store/db.ts' }, 'names store/db.ts as a test'],
    ['met without a test and without a reason', { test: '' }, 'is met without'],
    ['met without a control', { control: '' }, 'is met without'],
    ['a status that nobody knows', { status: 'done' }, 'has a status that is none'],
    ['not met, and no word of it', { status: 'not met' }, 'does not say why'],
    ['not applicable and applying', { status: 'n/a', note: 'no LDAP' }, 'does not say the same'],
    ['planned with paths', { status: 'planned', note: 'ADR 031' }, 'is planned and names paths'],
  ])('%s is found', (_what, change, mistake) => {
    expect(mistakesIn([good], only)).toEqual([]);
    expect(mistakesIn([{ ...good, ...change }], only).join('\n')).toContain(mistake);
  });

  test('a row that is missing and one that is there twice are found', () => {
    expect(mistakesIn([], only)).toEqual([`${good.id} is missing`]);
    expect(mistakesIn([good, good], only)).toEqual([`${good.id} is there more than once`]);
  });

  test('fields in quotes hold commas, quotes and line breaks; one without an end is an error', () => {
    expect(csvRecords('a,"b, ""c""\nd"\n\ne,\n')).toEqual([['a', 'b, "c"\nd'], ['e', '']]);
    expect(() => csvRecords('a,"b')).toThrow('no end');
  });
});

describe('the pages', () => {
  test.each(pages)('%s links to what is there', (page) => {
    const links = [...readFileSync(join(SECURITY, page), 'utf8').matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link).filter((link) => !/^[a-z]+:/.test(link));
    expect(links.filter((link) => !isLinkGood(page, link))).toEqual([]);
  });

  test.each(['threat-model.md', 'dengbao.md', 'pipl.md', 'README.md'])('%s names files that are there', (page) => {
    const named = namedIn(readFileSync(join(SECURITY, page), 'utf8'));
    expect(named.filter((path) => !isInRepository(path))).toEqual([]);
  });

  test('and would be told of one that is not', () => {
    expect(namedIn('as `store/gone.ts` does, `test/unit/x.test.ts`, `docs/decisions/NNN-….md` and `npm run x`')).toEqual(['store/gone.ts', 'test/unit/x.test.ts']);
    expect(isLinkGood('README.md', 'gone.md')).toBe(false);
    expect(isLinkGood('README.md', 'keys.md#no-such-heading')).toBe(false);
  });

  test('every table of the record is in the data inventory, and none twice', () => {
    const inventory = readFileSync(join(SECURITY, 'data-inventory.md'), 'utf8');
    expect(Object.keys(PROTECTED).filter((table) => !inventory.includes(`\`${table}\``))).toEqual([]);
    const named = inventory.split('\n').flatMap((line) => [...(/^\| (`[^|]*`) \|/.exec(line)?.[1]?.matchAll(/`(\w+)`/g) ?? [])].map(([, table = '']) => table));
    expect(named.filter((table, place) => named.indexOf(table) !== place)).toEqual([]);
  });

  test('every page is in the README', () => {
    const readme = readFileSync(join(SECURITY, 'README.md'), 'utf8');
    expect([...pages, 'asvs.csv'].filter((name) => name !== 'README.md' && !readme.includes(`(${name})`))).toEqual([]);
  });
});

/** Paths of our own files in a text, as code. */
function namedIn(text: string): string[] {
  return [...text.matchAll(/`([a-z][\w.-]*(?:\/[\w.-]+)+\.(?:ts|md|csv|sql|json|txt|sum|mod))`/g)].map(([, path = '']) => path);
}

function isLinkGood(page: string, link: string): boolean {
  const [path = '', heading] = link.split('#');
  const file = path === '' ? join(SECURITY, page) : join(dirname(join(SECURITY, page)), path);
  if (!existsSync(file)) return false;
  return heading === undefined || headingsOf(readFileSync(file, 'utf8')).includes(heading);
}

/** As GitHub names them: small letters, spaces as dashes, nothing else but letters and digits. */
function headingsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading.toLowerCase().replace(/[^\p{L}\p{N} -]/gu, '').replaceAll(' ', '-'));
}
