import type { Role } from '../domain/case-facts';
import type { CommandName } from '../workflows/case/commands';

/** Commands in the words of the people who carry them out; also the titles of their operations. */
export const COMMAND_WORDS: Record<CommandName, string> = {
  signAuthorization: '签署家庭经济状况核对承诺授权书',
  addMaterials: '补充申请资料',
  acceptApplication: '受理申请',
  returnForCorrection: '退回补正',
  withdrawApplication: '撤回申请',
  recordVisit: '登记入户走访',
  decidePreliminaryReview: '初审',
  postNotice: '张贴公示',
  raiseObjection: '提出异议',
  resolveObjection: '处理异议',
  recordComparison: '登记信息比对结果',
  decideUpperReview: '审核',
  proposeAidPlan: '提出帮扶方案',
  decideCollectively: '集体审批',
  prepareDisbursement: '编制发放批次',
  releaseDisbursement: '放行发放批次',
};

export const ROLE_WORDS: Record<Role, string> = {
  clerk: '基层工会经办人',
  handler: '职工服务中心经办人',
  head: '部门负责人',
  leader: '分管领导',
  member1: '集体审批成员',
  member2: '集体审批成员',
  member3: '集体审批成员',
  finance: '财务',
  treasurer: '出纳',
  auditor: '经审',
  supervisor: '督导',
  admin: '管理员',
};

/** A command in Chinese; its identifier where a later release knows one that this one does not. */
export function commandInChinese(command: string): string {
  return (COMMAND_WORDS as Partial<Record<string, string>>)[command] ?? command;
}

export function roleInChinese(role: string): string {
  return (ROLE_WORDS as Partial<Record<string, string>>)[role] ?? role;
}
