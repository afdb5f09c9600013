import { halfWidth, isBlank, shownText } from './cell';
import { EXAMPLE_MARK, FILE_NUMBER, HOUSEHOLD_COLUMNS, MEMBER_COLUMNS, type Column } from './columns';
import type { Places } from './places';
import type { RowProblem } from './problem';
import { readCell } from './read-cell';
import type { Table, TableRow } from './table';

/** A line of the file as it goes to the import: the body that `importFile` would be sent, and what could not be read. */
export interface ImportRow {
  /** Whether it is a household, or a member's line that belongs to none. */
  sheet: 'household' | 'member';
  rowNumber: number;
  fileNumber: string;
  body: Record<string, unknown>;
  problems: RowProblem[];
  /** The lines of its members in their sheet, in the order of `body.household.members` after the applicant. */
  memberRowNumbers: number[];
  cells: string[];
  memberCells: string[][];
}

type Tree = Record<string, unknown>;

/** The households of a file in its order, each with its members; then members' lines that belong to no household. */
export function* importRows(households: Table, members: Table | undefined, places: Places): Generator<ImportRow> {
  const numberOf = (table: Table, row: TableRow) => fileNumberIn(table, row);
  const membersOf = new Map<string, TableRow[]>();
  for (const row of members?.rows ?? []) {
    const fileNumber = members ? numberOf(members, row) : '';
    membersOf.set(fileNumber, [...(membersOf.get(fileNumber) ?? []), row]);
  }
  const firstOf = new Map<string, number>();
  for (const row of households.rows) {
    const fileNumber = numberOf(households, row);
    const first = firstOf.get(fileNumber);
    if (first === undefined && fileNumber !== '') firstOf.set(fileNumber, row.number);
    // Whose members they are cannot be told, so the second household with the number gets none and is not imported.
    const own = first === undefined && fileNumber !== '' ? (membersOf.get(fileNumber) ?? []) : [];
    const read = householdOf(households, row, members, own, places);
    if (first !== undefined) read.problems.unshift({ path: FILE_NUMBER, message: `与第 ${first} 行重复，每户须有自己的编号` });
    yield withExampleRefused({ sheet: 'household', rowNumber: row.number, fileNumber, ...read, cells: households.shown(row), memberCells: own.map((member) => members?.shown(member) ?? []) });
  }
  if (!members) return;
  for (const row of members.rows) {
    const fileNumber = numberOf(members, row);
    if (firstOf.has(fileNumber)) continue;
    const message = fileNumber === '' ? '未填写，无法对应到户' : `《${households.name}》表中没有这个编号，无法对应到户`;
    yield withExampleRefused({ sheet: 'member', rowNumber: row.number, fileNumber, body: {}, problems: [{ path: FILE_NUMBER, message }], memberRowNumbers: [], cells: members.shown(row), memberCells: [] });
  }
}

/** An example that was left in is refused as such, whatever else could be said of it. */
function withExampleRefused(row: ImportRow): ImportRow {
  return row.fileNumber.startsWith(EXAMPLE_MARK) ? { ...row, body: {}, problems: [{ path: '', message: '这是模板中的示例行，请删除' }] } : row;
}

function fileNumberIn({ at }: Table, { cells }: TableRow): string {
  const [column] = [...at.keys()].filter(({ path }) => path === FILE_NUMBER);
  const index = column && at.get(column);
  return index === undefined ? '' : halfWidth(shownText(cells[index])).replaceAll(' ', '').toUpperCase();
}

function householdOf(households: Table, row: TableRow, members: Table | undefined, own: readonly TableRow[], places: Places) {
  const { values: body, problems } = valuesOf(HOUSEHOLD_COLUMNS, households, row, places);
  const household = body.household as { members?: Tree[]; accident?: Tree };
  const [self = {}] = household.members ?? [];
  const applicant = (body.applicant ?? {}) as Tree;
  const persons: Tree[] = [{ memberNo: 1, relation: 'self', ...pick(applicant, 'name', 'idNumber'), ...self }];
  household.members = persons;
  own.forEach((member, index) => {
    const read = members ? valuesOf(MEMBER_COLUMNS, members, member, places) : { values: {}, problems: [] };
    persons.push({ memberNo: index + 2, ...read.values });
    problems.push(...read.problems.map(({ path, message }) => ({ path: `household.members.${index + 1}.${path}`, message })));
  });
  if (isUntouched(households, row, 'household.accident.')) delete household.accident;
  body.employer = isUntouched(households, row, 'employer.') ? null : placed((body.employer ?? {}) as Tree, 'orgId', places, true);
  body.residence = placed((body.residence ?? {}) as Tree, 'communityOrgId', places, false);
  return { body, problems, memberRowNumbers: own.map(({ number }) => number) };
}

/** What the cells of a line say, at the places of the body where it belongs. */
function valuesOf(columns: readonly Column[], { at }: Table, { cells }: TableRow, places: Places): { values: Tree; problems: RowProblem[] } {
  const values: Tree = {};
  const problems: RowProblem[] = [];
  for (const column of columns) {
    if (column.path === FILE_NUMBER) continue;
    const index = at.get(column);
    const read = readCell(index === undefined ? undefined : cells[index], column.kind, places);
    if (read === undefined) continue;
    if ('unreadable' in read) problems.push({ path: column.path, message: read.unreadable });
    else put(values, column.path.split('.'), read.value);
  }
  return { values, problems };
}

/** Where region and affiliation were left empty, they are those of the union that was named. */
function placed(place: Tree, orgField: string, places: Places, withAffiliation: boolean): Tree {
  const orgId = place[orgField];
  if (typeof orgId !== 'string') return place;
  const known = { regionCode: places.regionOf(orgId), ...(withAffiliation ? { affiliation: places.affiliationOf(orgId) } : {}) };
  return { ...Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)), ...place };
}

function isUntouched({ at }: Table, { cells }: TableRow, prefix: string): boolean {
  return [...at].every(([{ path }, index]) => !path.startsWith(prefix) || isBlank(cells[index]));
}

function put(into: Tree, [key = '', ...rest]: string[], value: unknown): void {
  if (rest.length === 0) {
    into[key] = value;
    return;
  }
  into[key] ??= rest[0] === '0' ? [] : {};
  put(into[key] as Tree, rest, value);
}

function pick(from: Tree, ...keys: string[]): Tree {
  return Object.fromEntries(keys.flatMap((key) => (from[key] === undefined ? [] : [[key, from[key]]])));
}
