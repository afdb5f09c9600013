import { deflateRawSync } from 'node:zlib';
import writeExcelFile, { type Cell } from 'write-excel-file/node';
import { importRows } from '../../../file-import/household-rows';
import { Places } from '../../../file-import/places';
import { FileRefused, type FileFault } from '../../../file-import/problem';
import { resultWorkbook, type ResultRow } from '../../../file-import/result-sheets';
import { findTables } from '../../../file-import/table';
import { templateWorkbook } from '../../../file-import/template';
import { mustBeWorkbook, readWorkbook } from '../../../file-import/workbook';
import { listZip, unzip, zipStored } from '../../../file-import/zip-archive';
import { loadReference } from '../../../policies/reference';
import { givenHousehold, givenMember, importList } from '../../integration/given/import-list';

const places = new Places([...loadReference().organisations.values()]);
const rowsOf = async (file: Buffer) => {
  const { households, members } = findTables(await readWorkbook(file));
  return [...importRows(households, members, places)];
};
const MB = 1024 * 1024;

/** The parts of a workbook, one of them changed. */
function changed(file: Buffer, part: string, change: (xml: string) => string): Buffer {
  const parts = new Map(listZip(file).map((entry) => [entry.name, unzip(file, entry, 100 * MB)]));
  parts.set(part, Buffer.from(change(parts.get(part)!.toString('utf8')), 'utf8'));
  return zipStored(parts);
}
const FIRST_SHEET = 'xl/worksheets/sheet1.xml';
const SECOND_SHEET = 'xl/worksheets/sheet2.xml';

async function faultOf(work: Promise<unknown>): Promise<FileFault | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof FileRefused) return error.fault;
    throw error;
  }
}

test('a household and its members become the body that importFile takes', async () => {
  const line = givenHousehold('DA-1', { 建档日期: new Date(Date.UTC(2024, 2, 4)), '本人年收入（元）': 20000.55, 银行户名: '柏禾禾', 开户银行: '示例银行', 银行卡号: '6200001000000237577' });
  const [row, ...others] = await rowsOf(await importList([line], [givenMember('DA-1'), givenMember('DA-1', { 与申请人关系: '妻子', 姓名: '方　禾' })]));
  expect(others).toEqual([]);
  expect(row).toMatchObject({ sheet: 'household', rowNumber: 2, fileNumber: 'DA-1', problems: [], memberRowNumbers: [2, 3] });
  expect(row!.body).toEqual({
    applicant: { name: '柏禾禾', idNumber: line.身份证号码, phone: '19900000021', unionMember: true, employmentStatus: 'employed' },
    employer: { orgId: 'wx-liangxi-e1', name: '示例制造有限公司', regionCode: '320213', affiliation: 'countyUnion', ownership: 'privateEnterprise' },
    residence: { regionCode: '320213', address: '示例路217号' },
    household: {
      members: [
        { memberNo: 1, relation: 'self', name: '柏禾禾', idNumber: line.身份证号码, annualIncomeFen: 2_000_055 },
        { memberNo: 2, relation: 'child', name: '柏小禾', idNumber: expect.any(String) as unknown, annualIncomeFen: 0, student: true },
        { memberNo: 3, relation: 'spouse', name: '方禾', idNumber: expect.any(String) as unknown, annualIncomeFen: 0, student: true },
      ],
      rigidExpenses: { medicalFen: 600_000, educationFen: 0, disabilityFen: 0, housingFen: 0, employmentFen: 0, otherFen: 0 },
    },
    bankAccount: { holderName: '柏禾禾', bankName: '示例银行', cardNumber: '6200001000000237577' },
    hardshipClass: 'relative',
    establishedOn: '2024-03-04',
    monthlyLivingAidFen: 50_000,
  });
});

test('titles above the headers, blank lines, a closing sum, other columns and another order of columns do not matter', async () => {
  const line = givenHousehold('DA-1');
  const headers = Object.keys(line).reverse();
  const data: Cell[][] = [
    ['2024年困难职工汇总表'],
    [],
    ['序号', ...headers.map((header) => ` ${header}＊ `), '备注'],
    [1, ...headers.map((header) => line[header] ?? null), '老户'],
    [null, ' ', '\u3000'],
    ['合计', ...headers.map((header) => (header.includes('医疗') ? 6000 : null))],
  ];
  const file = await writeExcelFile([{ sheet: 'Sheet1', data }]).toBuffer();
  const { households, members } = findTables(await readWorkbook(file));
  expect(members).toBeUndefined();
  expect(households.ignored).toEqual(['序号', '备注']);
  expect([...importRows(households, members, places)]).toMatchObject([{ rowNumber: 4, problems: [], body: { hardshipClass: 'relative' } }]);
});

test('a file number that is merged over its members stands for each of them', async () => {
  const file = await importList([givenHousehold('DA-1')], [givenMember('DA-1'), givenMember('', { 档案编号: null })]);
  const merged = changed(file, SECOND_SHEET, (xml) => xml.replace('</sheetData>', '</sheetData><mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>'));
  expect(await rowsOf(merged)).toMatchObject([{ memberRowNumbers: [2, 3] }]);
  expect(await rowsOf(file)).toMatchObject([{ memberRowNumbers: [2] }, { sheet: 'member', rowNumber: 3, problems: [{ message: '未填写，无法对应到户' }] }]);
});

test('a second household with the same number, and members without a household, are named', async () => {
  const rows = await rowsOf(await importList([givenHousehold('DA-1'), givenHousehold('da-1')], [givenMember('DA-1'), givenMember('DA-9')]));
  expect(rows).toMatchObject([
    { rowNumber: 2, problems: [], memberRowNumbers: [2] },
    { rowNumber: 3, problems: [{ path: 'fileNo', message: expect.stringContaining('与第 2 行重复') as unknown }], memberRowNumbers: [] },
    { sheet: 'member', rowNumber: 3, problems: [{ path: 'fileNo', message: '《困难职工》表中没有这个编号，无法对应到户' }] },
  ]);
});

test('what a formula could not work out is told, and not taken for zero', async () => {
  const file = await importList([givenHousehold('DA-1', { '医疗支出（元）': 1, '教育支出（元）': 2 })]);
  const broken = changed(file, FIRST_SHEET, (xml) =>
    xml.replace(/<c r="U2"[^>]*><v>1<\/v><\/c>/, '<c r="U2" t="e"><f>1/0</f><v>#DIV/0!</v></c>').replace(/<c r="V2"[^>]*><v>2<\/v><\/c>/, '<c r="V2"><f>SUM(A1:A2)</f></c>'),
  );
  expect((await rowsOf(broken))[0]!.problems.map(({ path }) => path)).toEqual(['household.rigidExpenses.medicalFen', 'household.rigidExpenses.educationFen']);
});

test('the template itself is refused where its examples were left in, and holds nothing else', async () => {
  const rows = await rowsOf(await templateWorkbook());
  expect(rows.map(({ problems }) => problems)).toEqual([[{ path: '', message: '这是模板中的示例行，请删除' }]]);
});

test('columns that are missing or come twice are named; a sheet that is no list is told from one', async () => {
  const line = givenHousehold('DA-1');
  const file = (headers: string[]) => writeExcelFile([headers, headers.map((header) => line[header] ?? null)]).toBuffer();
  const refusal = async (headers: string[]) => readWorkbook(await file(headers)).then(findTables).catch((error: unknown) => error as FileRefused);
  const headers = Object.keys(line);
  expect(await refusal(headers.filter((header) => header !== '姓名' && header !== '联系电话'))).toMatchObject({ fault: 'columnsMissing', details: ['《Sheet1》', '姓名', '联系电话'] });
  expect(await refusal([...headers, '手机号'])).toMatchObject({ fault: 'columnsTwice', details: ['《Sheet1》', '联系电话'] });
  expect(await refusal(['甲', '乙', '丙'])).toMatchObject({ fault: 'noHouseholdSheet' });
});

describe('what is no workbook, or one that is made to hurt', () => {
  const zip = (name: string, content: Buffer) => zipStored(new Map([[name, content]]));

  test('is known by its content', async () => {
    const good = await importList([givenHousehold('DA-1')]);
    const faults = [Buffer.from('档案编号,姓名\n'), Buffer.from('d0cf11e0a1b11ae100', 'hex'), zip('readme.txt', Buffer.from('x')), good.subarray(0, good.length - 40), Buffer.alloc(0)].map((file) => {
      try {
        mustBeWorkbook(file);
        return undefined;
      } catch (error) {
        return (error as FileRefused).fault;
      }
    });
    expect(faults).toEqual(['notXlsx', 'oldXls', 'notXlsx', 'notXlsx', 'notXlsx']);
  });
  test('a part that unpacks to gigabytes is left packed, whatever size it claims', async () => {
    const good = await importList([givenHousehold('DA-1')]);
    const bomb = deflated(good, FIRST_SHEET, Buffer.alloc(400 * MB, ' '));
    expect(bomb.length).toBeLessThan(MB);
    expect(await faultOf(readWorkbook(bomb))).toBe('tooLarge');
  });
  test('a million rows that are only formatted are passed over; a million that hold something are too many', async () => {
    const good = await importList([givenHousehold('DA-1')]);
    const with_ = (row: (number: number) => string) =>
      changed(good, FIRST_SHEET, (xml) => xml.replace('</sheetData>', `${Array.from({ length: 1_000_000 }, (_, index) => row(index + 3)).join('')}</sheetData>`));
    expect(await rowsOf(with_((number) => `<row r="${number}"><c r="A${number}" s="1"/></row>`))).toMatchObject([{ rowNumber: 2, problems: [] }]);
    expect(await faultOf(readWorkbook(with_((number) => `<row r="${number}"><c r="A${number}"><v>1</v></c></row>`)))).toBe('tooManyRows');
  });
  test('a cell at the far corner of a sheet does not make the whole sheet be built', async () => {
    const good = await importList([givenHousehold('DA-1')]);
    expect(await faultOf(readWorkbook(changed(good, FIRST_SHEET, (xml) => xml.replace('</sheetData>', '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'))))).toBe('tooManyRows');
  });
});

/** The archive with one part replaced by a compressed one that claims to be one byte long. */
function deflated(file: Buffer, part: string, content: Buffer): Buffer {
  const parts = new Map(listZip(file).map((entry) => [entry.name, entry.name === part ? deflateRawSync(content) : unzip(file, entry, 100 * MB)]));
  const archive = zipStored(parts);
  for (const signature of [0x04034b50, 0x02014b50]) {
    const name = Buffer.from(part);
    for (let at = 0; at < archive.length - 46; at += 1) {
      if (archive.readUInt32LE(at) !== signature) continue;
      const isLocal = signature === 0x04034b50;
      const nameAt = at + (isLocal ? 30 : 46);
      if (!archive.subarray(nameAt, nameAt + name.length).equals(name)) continue;
      archive.writeUInt16LE(8, at + (isLocal ? 8 : 10));
      archive.writeUInt32LE(1, at + (isLocal ? 22 : 24));
    }
  }
  return archive;
}

test('in a result file every cell is a text, whatever it begins with, and refused rows can be uploaded again as they are', async () => {
  const [row] = await rowsOf(await importList([givenHousehold('DA-1', { 健康状况: '=HYPERLINK("http://example.org","x")', '本人年收入（元）': -1 })], [givenMember('DA-1', { 健康状况: '@SUM(1)' })]));
  const { cells, memberCells } = row!;
  const headers = { householdHeaders: ['+x', ...Object.keys(givenHousehold('x'))], memberHeaders: ['档案编号'] };
  const plain = await resultWorkbook(headers, [{ sheet: 'household', rowNumber: 2, fileNumber: '-1', result: 'refused', reasons: ['=1+1'], caseNumber: null, cells: ['=1', '-2', '+3', '@4'], members: [] }]);
  const partsOf = (prefix: string) => listZip(plain).filter(({ name }) => name.startsWith(prefix)).map((entry) => unzip(plain, entry, MB).toString('utf8'));
  for (const xml of partsOf('xl/worksheets/')) {
    expect(xml).not.toMatch(/<f[ >]/);
    expect([...xml.matchAll(/<c [^>]*>/g)].filter(([cell]) => !cell.includes('t="s"'))).toEqual([]);
  }
  // And they stay texts when somebody edits them: every cell below the headers has the format @.
  const [styles = ''] = partsOf('xl/styles.xml');
  const [, format] = /numFmtId="(\d+)" formatCode="@"/.exec(styles) ?? [];
  const [, all = ''] = /<cellXfs[^>]*>(.*)<\/cellXfs>/.exec(styles) ?? [];
  const isText = [...all.matchAll(/<xf ([^>]*)>/g)].map(([, style = '']) => style.includes(`numFmtId="${format}"`));
  const below = [...(partsOf('xl/worksheets/sheet1.xml')[0] ?? '').matchAll(/<c r="[A-Z]+(\d+)" s="(\d+)"/g)].filter(([, row]) => row !== '1');
  expect(below.length).toBeGreaterThanOrEqual(7);
  expect(below.filter(([, , style]) => isText[Number(style)] !== true)).toEqual([]);
  const { households, members } = findTables(await readWorkbook(await importList([givenHousehold('DA-1')], [givenMember('DA-1')])));
  const again = await resultWorkbook({ householdHeaders: households.headers, memberHeaders: members!.headers }, [
    { sheet: 'household', rowNumber: 2, fileNumber: 'DA-1', result: 'refused', reasons: ['本人年收入：…'], caseNumber: null, cells, members: memberCells.map((own, index) => ({ rowNumber: index + 2, cells: own })) },
  ]);
  expect(await rowsOf(again)).toMatchObject([{ body: row!.body }]);
  const done: ResultRow = { sheet: 'household', rowNumber: 3, fileNumber: 'DA-2', result: 'imported', reasons: [], caseNumber: 'WX-1', cells: null, members: [] };
  expect(findTables(await readWorkbook(await resultWorkbook({ householdHeaders: households.headers, memberHeaders: [] }, [done]))).households.rows).toEqual([]);
});
