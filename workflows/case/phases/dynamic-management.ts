import type { Case } from '../case-context';
import { firstRecheck } from '../../../domain/decisions/recheck-schedule';

/** ⑧ 动态管理: the file is active and rests until its recheck. */
export async function dynamicManagement(c: Case): Promise<never> {
  if (c.enter('active') && !c.record.recheck) c.emit(firstRecheck(c.record, c.policy()));
  for (;;) await c.wait([], {});
}
