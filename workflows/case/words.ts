import type { CaseState, Role } from '../../domain/case-facts';
import type { CommandName } from './commands';

/** Commands in the words of the people who carry them out: titles of their operations, and what operators read in the engine's UI. */
export const COMMAND_WORDS: Record<CommandName, string> = {
  signAuthorization: '签署家庭经济状况核对承诺授权书',
  withdrawAuthorization: '撤回核对授权',
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
  changeAidLevel: '调整月生活救助标准',
  recordRecheck: '登记核查结果',
  updateFile: '更新档案',
  notifyExit: '退档告知',
  confirmExit: '确认退档',
  refuseExit: '拒绝退档',
  verifyExit: '核实退档',
  concludeExit: '办结退出',
  recordFollowUp: '登记跟踪回访',
  reportRelapse: '报告返困',
  dismissRelapse: '排除返困',
  reopenFile: '恢复建档',
};

export const STATE_WORDS: Record<CaseState, string> = {
  intake: '申请受理',
  visit: '入户走访',
  preliminaryReview: '初审',
  notice1: '基层公示',
  upperReview: '审核与信息比对',
  notice2: '同级媒体公示',
  planning: '提出帮扶方案',
  collectiveApproval: '集体审批',
  disbursement: '打卡发放',
  active: '在档动态管理',
  exiting: '退出办理',
  phaseOut: '渐退期',
  closed: '已撤档',
  rejected: '未通过',
  withdrawn: '已撤回',
};

export const CLASS_WORDS: Record<string, string> = { deep: '深度困难', relative: '相对困难', accidental: '意外致困', none: '不符合困难类别' };

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
  operator: '运维',
  admin: '管理员',
  applicant: '申请人',
};

/** A command in Chinese; its identifier where a later release knows one that this one does not. */
export function commandInChinese(command: string): string {
  return (COMMAND_WORDS as Partial<Record<string, string>>)[command] ?? command;
}

export function roleInChinese(role: string): string {
  return (ROLE_WORDS as Partial<Record<string, string>>)[role] ?? role;
}
