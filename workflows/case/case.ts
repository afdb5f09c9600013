import { BankDesk } from './bank-desk';
import { Case } from './case-context';
import type { Departure } from './departure';
import type { CaseEnd, CaseStart } from './messages';
import { collectiveApproval } from './phases/collective-approval';
import { disbursement } from './phases/disbursement';
import { dynamicManagement } from './phases/dynamic-management';
import { exiting } from './phases/exiting';
import { firstNotice } from './phases/first-notice';
import { intake } from './phases/intake';
import { phaseOut } from './phases/phase-out';
import { planning } from './phases/planning';
import { preliminaryReview } from './phases/preliminary-review';
import { secondNotice } from './phases/second-notice';
import { upperReview } from './phases/upper-review';
import { visit } from './phases/visit';
import { withdrawal } from './phases/withdrawal';

/**
 * One household's case: the closed loop of the flow chart (附件2), from the application to the day the file leaves.
 *
 * Reads like the chart, one line per box; a phase says how it ended and never what follows. Every phase can be entered
 * again where the record stands, so a run may end at any wait and the next one goes on there.
 */
export async function hardshipCase(start: CaseStart): Promise<CaseEnd> {
  const c = await Case.resume(start);
  const bank = new BankDesk(c);

  if (c.hasEnded()) return c.end(); // taken up again from its record, after the engine had forgotten the last step
  if (!c.wasImported()) {
    let left = await untilFile(c);
    while (left === 'returned') left = await untilFile(c); // 退回补正: the same case number, from the start
    if (left) return c.end();
    await disbursement(c, bank); // ⑫ 打卡发放帮扶资金，告知职工
  }
  await lifeOfFile(c, bank);
  return c.end();
}

/**
 * From the application to the approval that establishes the file. Each phase gives undefined when the case goes on to
 * the next box, or the way in which it left the road.
 */
async function untilFile(c: Case): Promise<Departure | undefined> {
  return (
    (await intake(c)) ?? // ②③④ → ⑤ 职工填写申请、核对承诺授权书
    (await visit(c)) ?? // ⑩ 基层工会走访、收集资料
    (await preliminaryReview(c)) ?? // ⑩ 初审
    (await firstNotice(c)) ?? // ⑨ 公示
    (await upperReview(c)) ?? // ⑰ 审核, with ⑭ 信息比对 where the profile puts it first
    (await secondNotice(c)) ?? // 同级媒体公示, where the profile asks for two notices
    (await approvedPlan(c)) // ⑬ 提出帮扶方案，集体审批, which establishes the file (⑪ 备案)
  );
}

/** A plan that is voted down is planned anew; a comparison after the review may call for a new review. */
async function approvedPlan(c: Case): Promise<Departure | undefined> {
  for (;;) {
    const left = (await planning(c)) ?? (await collectiveApproval(c));
    if (left === 'reviewAgain') {
      const leftAgain = (await upperReview(c)) ?? (await secondNotice(c));
      if (leftAgain) return leftAgain;
    } else if (left !== 'planAgain') return left;
  }
}

/** The years after: rechecks, until an exit goes through; whoever falls back is active again at once. */
async function lifeOfFile(c: Case, bank: BankDesk): Promise<void> {
  for (;;) {
    await dynamicManagement(c, bank); // ⑧ 动态管理
    if ((await exiting(c, bank)) === 'stopped') continue; // 有正当理由拒绝, or an objection sustained: looked at again
    if ((await phaseOut(c, bank)) === 'reopened') continue; // 返困即入
    return withdrawal(c, bank); // ⑦ 脱困退出并告知 → 撤档
  }
}
