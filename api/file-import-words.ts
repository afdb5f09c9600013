import { FILE_NUMBER, HOUSEHOLD_COLUMNS, MEMBER_COLUMNS, MEMBER_SHEET } from '../file-import/columns';
import type { FileFault } from '../file-import/problem';
import { HttpProblem } from './problem';

/** Columns by their place in the body; name and ID number of the applicant stand there twice. */
const HEADERS = new Map([
  ...HOUSEHOLD_COLUMNS.map(({ path, header }) => [path, header] as const),
  ['household.members.0.name', '姓名'],
  ['household.members.0.idNumber', '身份证号码'],
  ['household.members.0.birthOn', '身份证号码'],
  [FILE_NUMBER, '档案编号'],
  ['household.members', MEMBER_SHEET],
] as const);
const MEMBER_HEADERS = new Map(MEMBER_COLUMNS.map(({ path, header }) => [path, header]));

/**
 * A place of the body as the clerk knows it: the column, and for another member the line in the members' sheet.
 *
 * @param memberRowNumbers lines of the members after the applicant
 */
export function placeInSheet(path: string, memberRowNumbers: readonly number[]): string {
  const inBody = path.replace(/^body\.?/, '');
  const header = HEADERS.get(inBody);
  if (header !== undefined) return header;
  const [, index = '', field = ''] = /^household\.members\.(\d+)\.?(.*)$/.exec(inBody) ?? [];
  const rowNumber = memberRowNumbers[Number(index) - 1];
  if (index !== '' && rowNumber !== undefined) return `《${MEMBER_SHEET}》第 ${rowNumber} 行${MEMBER_HEADERS.get(field) ?? ''}`;
  return GROUPS.find(([prefix]) => inBody.startsWith(prefix))?.[1] ?? '';
}

const GROUPS: readonly [string, string][] = [
  ['employer', '单位'],
  ['residence', '居住地'],
  ['bankAccount', '银行卡'],
  ['household.accident', '意外'],
];

const faults: Record<FileFault, { status: number; code: string; zh: string; en: string }> = {
  notXlsx: { status: 415, code: 'IMPORT_FILE_NOT_XLSX', zh: '不是 Excel 工作簿（.xlsx）。请用 Excel 另存为 .xlsx 后上传。', en: 'This is no .xlsx workbook.' },
  oldXls: { status: 415, code: 'IMPORT_FILE_NOT_XLSX', zh: '这是旧格式（.xls）或加密的文件。请用 Excel 打开，取消密码，另存为 .xlsx 后上传。', en: 'An old .xls or an encrypted file. Save it as .xlsx without a password.' },
  tooLarge: { status: 413, code: 'IMPORT_FILE_TOO_LARGE', zh: '文件展开后过大。请删去图片和多余的工作表，或分成几个文件。', en: 'Too large when unpacked. Split it.' },
  tooManyRows: { status: 413, code: 'IMPORT_FILE_TOO_MANY_ROWS', zh: '行数过多：一次最多 20000 户。请分成几个文件；如表格下方有成片的空行，请删除。', en: 'Too many rows: 20,000 households at the most.' },
  noHouseholdSheet: { status: 422, code: 'IMPORT_FILE_COLUMNS', zh: '没有找到带有“困难类别”“建档日期”等表头的工作表。请按模板填写。', en: 'No sheet has the headers of the template.' },
  severalSheets: { status: 422, code: 'IMPORT_FILE_COLUMNS', zh: '有多个工作表的表头相同，不能确定用哪一个，请只留一个：', en: 'Several sheets have these headers; leave one: ' },
  columnsMissing: { status: 422, code: 'IMPORT_FILE_COLUMNS', zh: '缺少以下列，请按模板补上：', en: 'Columns are missing: ' },
  columnsTwice: { status: 422, code: 'IMPORT_FILE_COLUMNS', zh: '以下列出现了不止一次，请只留一列：', en: 'Columns come twice: ' },
  noRows: { status: 422, code: 'IMPORT_FILE_EMPTY', zh: '表头下没有数据。', en: 'There is nothing below the headers.' },
  cellUnreadable: { status: 422, code: 'IMPORT_FILE_UNREADABLE', zh: '有单元格无法读取。请用 Excel 打开、重新计算并保存后再上传。', en: 'A cell cannot be read. Open, recalculate and save the file.' },
};

/** The answer to an upload that is refused as a whole. */
export function fileRefused(fault: FileFault, details: readonly string[] = []): HttpProblem {
  const { status, code, zh, en } = faults[fault];
  const named = details.join('、');
  return new HttpProblem(status, code, { zh: { title: '文件不能导入', detail: `${zh}${named}` }, en: { title: 'The file cannot be imported', detail: `${en}${named}` } }, { details });
}

/** The reader died or took too long over a file: that says something of the file. */
export const fileUnreadable = () =>
  new HttpProblem(422, 'IMPORT_FILE_UNREADABLE', {
    zh: { title: '文件不能导入', detail: '文件无法读取，或内容过多。请分成几个文件，用 Excel 重新保存后再上传。' },
    en: { title: 'The file cannot be imported', detail: 'It cannot be read, or holds too much. Split it and save it anew.' },
  });

export const notMultipart = () =>
  new HttpProblem(415, 'UNSUPPORTED_MEDIA_TYPE', {
    zh: { title: '不支持的内容类型', detail: '请以 multipart/form-data 上传一个文件（字段 file）。' },
    en: { title: 'Unsupported media type', detail: 'Upload one file as multipart/form-data (field file).' },
  });

export const tooManyUploads = () =>
  new HttpProblem(
    503,
    'IMPORT_BUSY',
    {
      zh: { title: '正在处理其他文件', detail: '同时上传的文件过多，请稍后再试。' },
      en: { title: 'Busy with other files', detail: 'Too many uploads at once. Try again shortly.' },
    },
    {},
    { 'retry-after': '10' },
  );
