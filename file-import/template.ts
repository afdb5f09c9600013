import writeExcelFile, { type SheetData } from 'write-excel-file/node';
import { EXAMPLE_MARK, FILE_NUMBER, HOUSEHOLD_COLUMNS, HOUSEHOLD_SHEET, MEMBER_COLUMNS, MEMBER_SHEET, type Column } from './columns';

/** Lines that are prepared as text, so that Excel leaves the numbers alone that somebody types there. */
const PREPARED_ROWS = 300;
const EXAMPLE_NUMBER = `${EXAMPLE_MARK}（导入前请删除本行）`;

const EXAMPLE_HOUSEHOLD: Record<string, string> = {
  [FILE_NUMBER]: EXAMPLE_NUMBER,
  'applicant.name': '示例人',
  'applicant.idNumber': '99010019850317301X',
  'applicant.phone': '19900000001',
  'applicant.unionMember': '是',
  'applicant.employmentStatus': '在岗',
  'household.members.0.annualIncomeFen': '36000.00',
  'household.members.0.health': '良好',
  'household.members.0.ableBodied': '有',
  hardshipClass: '相对困难',
  establishedOn: '2023-11-13',
  monthlyLivingAidFen: '500',
  'employer.name': '示例制造有限公司',
  'employer.orgId': '示例制造有限公司工会',
  'employer.ownership': '民营企业',
  'residence.regionCode': '示例区',
  'residence.address': '示例路1号',
  'household.rigidExpenses.medicalFen': '6000.50',
  'bankAccount.holderName': '示例人',
  'bankAccount.bankName': '示例银行',
  'bankAccount.cardNumber': '6200001000000999',
};
const EXAMPLE_MEMBER: Record<string, string> = {
  [FILE_NUMBER]: EXAMPLE_NUMBER,
  relation: '配偶',
  name: '示例家属',
  idNumber: '99010019860922302X',
  annualIncomeFen: '0',
  health: '患病',
  student: '否',
  ableBodied: '无',
};

const NOTES = [
  '一、《困难职工》表每户一行，填申请人本人；《家庭成员》表填其他家庭成员，每人一行，用“档案编号”对应到户。单人户不填《家庭成员》表。',
  '二、带 * 的列不能删除。可以增加自己的列（如备注），系统不读取。列的顺序可以改变。',
  '三、灰色的示例行导入前请删除，留着会被退回。',
  '四、身份证号码、银行卡号须为文本格式。数字格式超过 15 位会被 Excel 改坏，无法恢复，只能照原件重填。',
  '五、金额单位为元，最多两位小数。收入为年收入，没有收入填 0；支出没有的可留空。',
  '六、日期写成 2023-11-13、2023/11/13、2023年11月13日，或 Excel 的日期格式。',
  '七、每行单独检查：有错的行不导入，其他行照常导入。改正后整个文件可以再次上传，已导入的行不会重复导入。',
  '八、一次最多 20000 户，文件不超过 20 MB，只收 .xlsx 文件。',
];

/** The empty list for clerks to fill in: headers, one marked example, what each column wants. */
export function templateWorkbook(): Promise<Buffer> {
  return writeExcelFile([
    { sheet: HOUSEHOLD_SHEET, data: listOf(HOUSEHOLD_COLUMNS, EXAMPLE_HOUSEHOLD), columns: widths(HOUSEHOLD_COLUMNS), stickyRowsCount: 1 },
    { sheet: MEMBER_SHEET, data: listOf(MEMBER_COLUMNS, EXAMPLE_MEMBER), columns: widths(MEMBER_COLUMNS), stickyRowsCount: 1 },
    { sheet: '填写说明', data: notes(), columns: [{ width: 24 }, { width: 10 }, { width: 90 }] },
  ]).toBuffer();
}

function listOf(columns: readonly Column[], example: Record<string, string>): SheetData {
  const header = columns.map((column) => ({ value: headerOf(column), type: String, fontWeight: 'bold' as const, backgroundColor: '#DDEBF7' }));
  const marked = columns.map(({ path }) => ({ value: example[path] ?? '', type: String, format: '@', textColor: '#808080', backgroundColor: '#EEEEEE' }));
  const prepared = columns.map(({ kind }) => (kind.is === 'idNumber' || kind.is === 'digits' ? { type: String, format: '@' } : null));
  return [header, marked, ...Array.from({ length: PREPARED_ROWS }, () => prepared)];
}

function notes(): SheetData {
  const bold = (value: string) => ({ value, type: String, fontWeight: 'bold' as const });
  const lines = NOTES.map((note) => [{ value: note, type: String, columnSpan: 3, wrap: true, height: 32 }, null, null]);
  const explain = (sheet: string, columns: readonly Column[]) => [
    [],
    [bold(`《${sheet}》`), bold('必填'), bold('填写要求')],
    ...columns.map((column) => [column.header, column.required && column.path !== FILE_NUMBER ? '是' : '', demandOf(column)]),
  ];
  return [[bold('困难职工档案批量导入')], ...lines, ...explain(HOUSEHOLD_SHEET, HOUSEHOLD_COLUMNS), ...explain(MEMBER_SHEET, MEMBER_COLUMNS)];
}

function demandOf({ kind, note }: Column): string {
  return [wordsOf(kind), note].filter((part) => part !== undefined && part !== '').join('；');
}

function wordsOf(kind: Column['kind']): string {
  switch (kind.is) {
    case 'yesNo':
      return '填“是”或“否”（“有”或“无”）';
    case 'date':
      return '日期';
    case 'amount':
      return '金额（元）';
    case 'choice':
      return `可填：${[...kind.choices.values()].map(([word]) => word).join('、')}`;
    default:
      return '';
  }
}

function headerOf({ header, required }: Column): string {
  return required ? `${header}*` : header;
}

function widths(columns: readonly Column[]) {
  return columns.map(({ header, path }) => ({ width: path === FILE_NUMBER ? 26 : Math.max(12, header.length * 2 + 2, path.endsWith('idNumber') ? 22 : 0) }));
}
