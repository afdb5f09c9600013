import { decideCollectively, type ApprovalFacts } from '../../domain/decisions/approval';
import { proposeAidPlan, type AidPlanFacts } from '../../domain/decisions/aid-plan';
import { recordComparison, type ComparisonFacts } from '../../domain/decisions/comparison';
import type { Decide } from '../../domain/decisions/decide';
import { prepareDisbursement, releaseDisbursement, type PreparationFacts } from '../../domain/decisions/disbursement';
import { acceptApplication, addMaterials, returnForCorrection, signAuthorization, withdrawApplication } from '../../domain/decisions/intake';
import { postNotice, raiseObjection, resolveObjection, type NoticeFacts, type ObjectionResolution } from '../../domain/decisions/notice';
import { decidePreliminaryReview, decideUpperReview, type ReviewFacts } from '../../domain/decisions/review';
import { recordVisit, type VisitFacts } from '../../domain/decisions/visit';
import type { PlainDate } from '../../domain/calendar-date';
import type { NoticeKind } from '../../domain/case-facts';
import type { Material } from '../../domain/materials';

/** The coded facts that each command brings to a case. */
export interface CommandFacts {
  signAuthorization: { signers: number[]; signedOn: PlainDate };
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
}

export type CommandName = keyof CommandFacts;

/** The rule that judges each command. */
export const decisions: { [Name in CommandName]: Decide<CommandFacts[Name]> } = {
  signAuthorization,
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
};

export const COMMAND_NAMES = Object.keys(decisions) as CommandName[];
