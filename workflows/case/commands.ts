import { decideCollectively, type ApprovalFacts } from '../../domain/decisions/approval';
import { proposeAidPlan, type AidPlanFacts } from '../../domain/decisions/aid-plan';
import { signAuthorization, withdrawAuthorization, type AuthorizationFacts } from '../../domain/decisions/authorization';
import { recordComparison, type ComparisonFacts } from '../../domain/decisions/comparison';
import { changeAidLevel, type AidLevelFacts } from '../../domain/decisions/aid-level';
import type { Decide } from '../../domain/decisions/decide';
import { prepareDisbursement, releaseDisbursement, type PreparationFacts } from '../../domain/decisions/disbursement';
import { concludeExit, confirmExit, notifyExit, refuseExit, verifyExit, type ConclusionFacts } from '../../domain/decisions/exit';
import { updateFile, type FileUpdateFacts } from '../../domain/decisions/file-update';
import { acceptApplication, addMaterials, returnForCorrection, withdrawApplication } from '../../domain/decisions/intake';
import { postNotice, raiseObjection, resolveObjection, type NoticeFacts, type ObjectionResolution } from '../../domain/decisions/notice';
import { dismissRelapse, recordFollowUp, reopenFile, reportRelapse } from '../../domain/decisions/phase-out';
import { recordRecheck } from '../../domain/decisions/recheck';
import type { RecheckFacts } from '../../domain/decisions/recheck-judgement';
import { decidePreliminaryReview, decideUpperReview, type ReviewFacts } from '../../domain/decisions/review';
import { recordVisit, type VisitFacts } from '../../domain/decisions/visit';
import type { PlainDate } from '../../domain/calendar-date';
import type { ExitConfirmer, ExitVerifier, NoticeKind } from '../../domain/case-facts';
import type { HardshipClass } from '../../domain/hardship-class-names';
import type { Material } from '../../domain/materials';

/** The coded facts that each command brings to a case. */
export interface CommandFacts {
  signAuthorization: AuthorizationFacts;
  withdrawAuthorization: { memberNos: number[]; withdrawnOn: PlainDate };
  addMaterials: { items: Material[] };
  acceptApplication: object;
  returnForCorrection: object;
  withdrawApplication: object;
  recordVisit: VisitFacts;
  decidePreliminaryReview: ReviewFacts;
  postNotice: NoticeFacts;
  raiseObjection: { kind: NoticeKind };
  resolveObjection: ObjectionResolution;
  recordComparison: ComparisonFacts;
  decideUpperReview: ReviewFacts;
  proposeAidPlan: AidPlanFacts;
  decideCollectively: ApprovalFacts;
  prepareDisbursement: PreparationFacts;
  releaseDisbursement: { disbursementId: string };
  changeAidLevel: AidLevelFacts;
  recordRecheck: RecheckFacts;
  updateFile: FileUpdateFacts;
  notifyExit: object;
  /** `kind`: by whom. */
  confirmExit: { kind: ExitConfirmer };
  refuseExit: { validReason: boolean };
  /** `kind`: by whom. */
  verifyExit: { kind: ExitVerifier };
  concludeExit: ConclusionFacts;
  recordFollowUp: { metOn: PlainDate };
  reportRelapse: object;
  dismissRelapse: object;
  reopenFile: { hardshipClass: HardshipClass };
}

export type CommandName = keyof CommandFacts;

/** The rule that judges each command. */
export const decisions: { [Name in CommandName]: Decide<CommandFacts[Name]> } = {
  signAuthorization,
  withdrawAuthorization,
  addMaterials,
  acceptApplication,
  returnForCorrection,
  withdrawApplication,
  recordVisit,
  decidePreliminaryReview,
  postNotice,
  raiseObjection,
  resolveObjection,
  recordComparison,
  decideUpperReview,
  proposeAidPlan,
  decideCollectively,
  prepareDisbursement,
  releaseDisbursement,
  changeAidLevel,
  recordRecheck,
  updateFile,
  notifyExit,
  confirmExit,
  refuseExit,
  verifyExit,
  concludeExit,
  recordFollowUp,
  reportRelapse,
  dismissRelapse,
  reopenFile,
};

export const COMMAND_NAMES = Object.keys(decisions) as CommandName[];
