import { randomInt } from 'node:crypto';
import writeExcelFile, { type Cell } from 'write-excel-file/node';
import { HOUSEHOLD_COLUMNS, MEMBER_COLUMNS } from '../../../file-import/columns';
import { freshIdNumber, freshPerson } from './id-number';

/** A line of a list by header; what is left out stays empty. */
export type Line = Record<string, Cell>;

/** A complete household nobody has heard of, as a clerk of 梁溪区 would write it down. */
export function givenHousehold(fileNumber: string, fields: Line = {}): Line {
  return {
    档案编号: fileNumber,
    姓名: '柏禾禾',
    身份证号码: freshPerson().idNumber,
    联系电话: '19900000021',
    是否工会会员: '是',
    就业状况: '在岗',
    '本人年收入（元）': '20000.00',
    困难类别: '相对困难',
    建档日期: '2024-03-04',
    '月生活救助（元）': 500,
    单位名称: '示例制造有限公司',
    单位工会: '无锡禾沐川纺织有限公司工会',
    单位性质: '民营企业',
    居住地区: '梁溪区',
    居住地址: '示例路217号',
    '医疗支出（元）': 6000,
    ...fields,
  };
}

export function givenMember(fileNumber: string, fields: Line = {}): Line {
  return { 档案编号: fileNumber, 与申请人关系: '子女', 姓名: '柏小禾', 身份证号码: freshIdNumber(`2012-05-${String(randomInt(1, 29)).padStart(2, '0')}`), '年收入（元）': 0, 是否在校学生: '是', ...fields };
}

/** A workbook as the template has it, with these lines. */
export function importList(households: readonly Line[], members: readonly Line[] = []): Promise<Buffer> {
  return writeExcelFile([
    { sheet: '困难职工', data: table(HOUSEHOLD_COLUMNS, households), dateFormat: 'yyyy/mm/dd' },
    { sheet: '家庭成员', data: table(MEMBER_COLUMNS, members), dateFormat: 'yyyy/mm/dd' },
  ]).toBuffer();
}

function table(columns: typeof HOUSEHOLD_COLUMNS, lines: readonly Line[]): Cell[][] {
  const headers = columns.map(({ header }) => header);
  for (const line of lines) {
    const unknown = Object.keys(line).filter((header) => !headers.includes(header));
    if (unknown.length > 0) throw new Error(`the template has no column ${unknown.join(', ')}`);
  }
  return [headers, ...lines.map((line) => headers.map((header) => line[header] ?? null))];
}
