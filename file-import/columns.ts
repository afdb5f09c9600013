import { ACCIDENT_CAUSES, RELATIONS, type AccidentCause, type Relation } from '../domain/household';
import { HARDSHIP_CLASSES, type HardshipClass } from '../domain/hardship-class-names';
import { AFFILIATIONS, type Affiliation } from '../domain/policy';

/** Words for one value of a list: the first is the one that the template shows, the others are understood as well. */
export type Choices = ReadonlyMap<string, readonly [string, ...string[]]>;

export type ColumnKind =
  | { is: 'text' | 'name' | 'idNumber' | 'digits' | 'date' | 'yesNo' | 'organisation' | 'region' }
  /** `blankFen`: what an empty cell means; absent: nothing was said. */
  | { is: 'amount'; blankFen?: number }
  | { is: 'choice'; choices: Choices };

/** A column of the spreadsheet: what stands above it, and where its values go in the body of `importFile`. */
export interface Column {
  /** As the template writes it; brackets are explanation and not part of the name. */
  header: string;
  /** Other headers that are understood. */
  also?: readonly string[];
  /** Dotted path in the body (in the member, for members). */
  path: string;
  kind: ColumnKind;
  /** Whether a sheet without this column cannot be imported at all. */
  required?: true;
  note?: string;
}

/** Every value of the API's own list has words, or this does not compile. */
function choices<Value extends string>(values: readonly Value[], words: Record<Value, readonly [string, ...string[]]>): ColumnKind {
  return { is: 'choice', choices: new Map(values.map((value) => [value, words[value]])) };
}

const CLASSES = choices<HardshipClass>(HARDSHIP_CLASSES, {
  deep: ['深度困难', '深度困难职工', '深度', '深困'],
  relative: ['相对困难', '相对困难职工', '相对'],
  accidental: ['意外致困', '意外致困职工', '意外致困难', '意外'],
});
const EMPLOYMENT = choices(['employed', 'laidOff', 'unemployed', 'unpaidFurlough', 'flexible', 'retired'], {
  employed: ['在岗', '在职', '就业'],
  laidOff: ['下岗', '下岗失业'],
  unemployed: ['失业', '无业'],
  unpaidFurlough: ['待岗停薪', '待岗', '停薪'],
  flexible: ['灵活就业', '自由职业'],
  retired: ['退休', '离退休', '内退'],
});
const OWNERSHIP = choices(['governmentInstitution', 'stateOwnedEnterprise', 'collectiveEnterprise', 'privateEnterprise', 'selfEmployed', 'other'], {
  governmentInstitution: ['机关事业单位', '机关', '事业单位'],
  stateOwnedEnterprise: ['国有企业', '国企', '国有控股企业'],
  collectiveEnterprise: ['集体企业', '集体'],
  privateEnterprise: ['民营企业', '私营企业', '私企', '民企', '非公企业'],
  selfEmployed: ['个体工商户', '个体'],
  other: ['其他', '其它'],
});
const AFFILIATION = choices<Affiliation>(AFFILIATIONS, {
  countyUnion: ['区县总工会', '县区总工会', '县总工会', '区总工会', '市（县）区总工会'],
  developmentZoneUnion: ['开发区工会', '开发区总工会', '园区工会'],
  bureauCompanyUnion: ['局（公司）工会', '局公司工会', '局工会', '产业工会'],
  directUnitUnion: ['直属单位工会', '市直属单位工会', '直属工会'],
});
const RELATION = choices<Relation>(RELATIONS, {
  self: ['本人', '户主', '申请人', '职工本人'],
  spouse: ['配偶', '夫妻', '丈夫', '妻子', '夫', '妻', '爱人'],
  child: ['子女', '儿子', '女儿', '子', '女', '长子', '次子', '长女', '次女', '独生子', '独生女', '孩子'],
  parent: ['父母', '父亲', '母亲', '父', '母', '公公', '婆婆', '岳父', '岳母'],
  grandparent: ['祖父母', '祖父', '祖母', '爷爷', '奶奶', '外祖父', '外祖母', '外公', '外婆'],
  sibling: ['兄弟姐妹', '哥哥', '弟弟', '姐姐', '妹妹', '兄', '弟', '姐', '妹'],
  other: ['其他', '其它', '孙子', '孙女', '外孙', '外孙女', '儿媳', '女婿'],
});
const ACCIDENT = choices<AccidentCause>(ACCIDENT_CAUSES, {
  suddenEvent: ['突发事件', '突发意外', '自然灾害'],
  accidentalInjury: ['意外伤害', '交通事故', '工伤'],
  majorIllness: ['重大疾病', '大病', '患病'],
});

const NONE_IS_ZERO: ColumnKind = { is: 'amount', blankFen: 0 };
export const FILE_NUMBER = 'fileNo';

/** 《困难职工》: one row for each household. */
export const HOUSEHOLD_COLUMNS: readonly Column[] = [
  { header: '档案编号', also: ['编号', '档案号', '原档案编号'], path: FILE_NUMBER, kind: { is: 'digits' }, required: true, note: '旧档案的编号，每户一个，不得重复；《家庭成员》表用它对应到户' },
  { header: '姓名', also: ['职工姓名', '申请人姓名', '户主姓名'], path: 'applicant.name', kind: { is: 'name' }, required: true },
  { header: '身份证号码', also: ['身份证号', '身份证', '公民身份号码', '证件号码'], path: 'applicant.idNumber', kind: { is: 'idNumber' }, required: true, note: '18 位；须为文本格式，数字格式会被 Excel 改坏' },
  { header: '联系电话', also: ['电话', '手机', '手机号', '手机号码', '联系方式'], path: 'applicant.phone', kind: { is: 'digits' }, required: true },
  { header: '是否工会会员', also: ['工会会员', '会员'], path: 'applicant.unionMember', kind: { is: 'yesNo' }, required: true },
  { header: '就业状况', also: ['就业状态', '工作状态', '职工状况'], path: 'applicant.employmentStatus', kind: EMPLOYMENT, required: true },
  { header: '本人年收入（元）', also: ['年收入', '本人收入'], path: 'household.members.0.annualIncomeFen', kind: { is: 'amount' }, required: true, note: '没有收入填 0' },
  { header: '健康状况', also: ['身体状况'], path: 'household.members.0.health', kind: { is: 'text' } },
  { header: '有无劳动能力', also: ['劳动能力'], path: 'household.members.0.ableBodied', kind: { is: 'yesNo' } },
  { header: '困难类别', also: ['困难类型', '类别', '困难等级'], path: 'hardshipClass', kind: CLASSES, required: true },
  { header: '建档日期', also: ['建档时间', '立档日期'], path: 'establishedOn', kind: { is: 'date' }, required: true },
  { header: '月生活救助（元）', also: ['月救助金额', '月生活救助标准'], path: 'monthlyLivingAidFen', kind: { is: 'amount' } },
  { header: '单位名称', also: ['工作单位', '所在单位'], path: 'employer.name', kind: { is: 'text' }, note: '没有单位的，五个单位栏都留空' },
  { header: '单位工会', also: ['所在工会', '基层工会'], path: 'employer.orgId', kind: { is: 'organisation' }, note: '工会全称或编号' },
  { header: '单位所在地区', also: ['单位地区'], path: 'employer.regionCode', kind: { is: 'region' }, note: '区县名称或 6 位代码；填了单位工会的可留空' },
  { header: '单位隶属', also: ['隶属关系'], path: 'employer.affiliation', kind: AFFILIATION, note: '填了单位工会的可留空' },
  { header: '单位性质', also: ['所有制', '企业性质'], path: 'employer.ownership', kind: OWNERSHIP },
  { header: '居住地区', also: ['居住区县', '所在区县'], path: 'residence.regionCode', kind: { is: 'region' }, required: true, note: '区县名称或 6 位代码；填了社区工会的可留空' },
  { header: '居住地址', also: ['家庭住址', '家庭地址', '住址'], path: 'residence.address', kind: { is: 'text' }, required: true },
  { header: '社区工会', also: ['居住社区工会'], path: 'residence.communityOrgId', kind: { is: 'organisation' }, note: '工会全称或编号' },
  { header: '医疗支出（元）', path: 'household.rigidExpenses.medicalFen', kind: NONE_IS_ZERO, note: '六项刚性支出为年度自付金额，没有可留空' },
  { header: '教育支出（元）', path: 'household.rigidExpenses.educationFen', kind: NONE_IS_ZERO },
  { header: '残疾支出（元）', path: 'household.rigidExpenses.disabilityFen', kind: NONE_IS_ZERO },
  { header: '住房支出（元）', path: 'household.rigidExpenses.housingFen', kind: NONE_IS_ZERO },
  { header: '就业支出（元）', path: 'household.rigidExpenses.employmentFen', kind: NONE_IS_ZERO },
  { header: '其他支出（元）', path: 'household.rigidExpenses.otherFen', kind: NONE_IS_ZERO },
  { header: '意外原因', path: 'household.accident.cause', kind: ACCIDENT, note: '意外致困的填写，否则八栏都留空' },
  { header: '意外发生日期', path: 'household.accident.eventOn', kind: { is: 'date' } },
  { header: '意外总支出（元）', path: 'household.accident.grossExpenseFen', kind: NONE_IS_ZERO },
  { header: '意外赔偿（元）', path: 'household.accident.compensationFen', kind: NONE_IS_ZERO },
  { header: '意外保险赔付（元）', path: 'household.accident.insuranceFen', kind: NONE_IS_ZERO },
  { header: '意外互助保障（元）', path: 'household.accident.mutualAidFen', kind: NONE_IS_ZERO },
  { header: '意外社会救助（元）', path: 'household.accident.socialAssistanceFen', kind: NONE_IS_ZERO },
  { header: '意外社会帮扶（元）', path: 'household.accident.socialAidFen', kind: NONE_IS_ZERO },
  { header: '银行户名', also: ['开户名', '户名'], path: 'bankAccount.holderName', kind: { is: 'name' }, note: '没有银行卡的，三栏都留空' },
  { header: '开户银行', also: ['开户行'], path: 'bankAccount.bankName', kind: { is: 'text' } },
  { header: '银行卡号', also: ['卡号', '银行账号', '账号'], path: 'bankAccount.cardNumber', kind: { is: 'digits' }, note: '须为文本格式' },
];

/** 《家庭成员》: one row for each further person; the applicant stands in 《困难职工》 alone. */
export const MEMBER_COLUMNS: readonly Column[] = [
  { header: '档案编号', also: ['编号', '档案号', '原档案编号'], path: FILE_NUMBER, kind: { is: 'digits' }, required: true, note: '与《困难职工》表相同' },
  { header: '与申请人关系', also: ['与本人关系', '与户主关系', '关系', '称谓'], path: 'relation', kind: RELATION, required: true, note: '申请人本人不填在此表' },
  { header: '姓名', also: ['成员姓名'], path: 'name', kind: { is: 'name' } },
  { header: '身份证号码', also: ['身份证号', '身份证', '公民身份号码', '证件号码'], path: 'idNumber', kind: { is: 'idNumber' } },
  { header: '出生日期', also: ['出生年月日', '生日'], path: 'birthOn', kind: { is: 'date' }, note: '填了身份证号码的可留空' },
  { header: '年收入（元）', also: ['成员年收入', '收入'], path: 'annualIncomeFen', kind: { is: 'amount' }, required: true, note: '没有收入填 0' },
  { header: '健康状况', also: ['身体状况'], path: 'health', kind: { is: 'text' } },
  { header: '是否在校学生', also: ['在校学生', '是否学生'], path: 'student', kind: { is: 'yesNo' } },
  { header: '有无劳动能力', also: ['劳动能力'], path: 'ableBodied', kind: { is: 'yesNo' } },
];

/** Columns that a result file adds; a sheet that has them may be uploaded again, and they are passed over. */
export const RESULT_HEADERS = ['导入结果', '原因', '案件编号', '原行号'] as const;

export const RESULT_WORDS = { imported: '已导入', alreadyImported: '此前已导入', refused: '未导入' } as const;

/** How the template's example rows are known: they must not become anybody's file. */
export const EXAMPLE_MARK = '示例';

export const HOUSEHOLD_SHEET = '困难职工';
export const MEMBER_SHEET = '家庭成员';
