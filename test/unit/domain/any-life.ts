import fc from 'fast-check';
import { addDays } from '../../../domain/calendar-date';
import { latestNotice } from '../../../domain/case-record';
import { BOZHOU_ACCIDENTAL, BOZHOU_DEEP, LIANGXI, PASS, PlayedCase, WOYANG, WUXI_ACCIDENTAL, WUXI_DEEP, WUXI_NONE, WUXI_RELATIVE } from './played-case';

const BEGINNINGS = [
  { at: LIANGXI, household: WUXI_DEEP, on: '2023-11-13' },
  { at: LIANGXI, household: WUXI_RELATIVE, on: '2023-12-29' },
  { at: LIANGXI, household: WUXI_ACCIDENTAL, on: '2024-01-31' },
  { at: LIANGXI, household: WUXI_NONE, on: '2024-02-05' },
  { at: WOYANG, household: BOZHOU_DEEP, on: '2023-05-09' },
  { at: WOYANG, household: BOZHOU_ACCIDENTAL, on: '2023-08-25' },
] as const;

/** What may happen to a case besides its usual course. Each is tried, and passed over where a rule refuses it. */
const DETOURS = {
  aWeekPasses: (c) => c.on(addDays(c.today, 7)),
  signedAgain: (c) => c.do('signAuthorization', { signers: [1, 2], signedOn: c.today }),
  materialsAdded: (c) => c.do('addMaterials', { items: [{ kind: 'medicalBill', validUntil: c.today }] }),
  returned: (c) => !c.record.hardshipFile && c.do('returnForCorrection', {}).enter('intake'),
  chosenAgainstTheRecommendation: (c) => c.record.state === 'upperReview' && c.do('decideUpperReview', { ...PASS, hardshipClass: 'relative', hasClassReason: true }),
  comparedWithIncome: (c) => c.record.standing && !c.record.hardshipFile && c.do('recordComparison', { result: 'undeclaredIncome', extraIncomeFen: 700_000 }),
  comparedWithAsset: (c) => c.record.standing && !c.record.hardshipFile && c.do('recordComparison', { result: 'undeclaredAsset', extraIncomeFen: 0 }),
  objected: (c) => {
    const posted = !c.record.notices.some(({ closedOn }) => closedOn === null) && c.record.standing && c.do('postNotice', c.notice('first'));
    if (posted) c.do('raiseObjection', { kind: 'first' }, null);
    const objectionId = latestNotice(c.record, 'first')?.objections[0]?.id;
    if (objectionId) c.do('resolveObjection', { kind: 'first', objectionId, outcome: 'dismissed' }).closeNotice('first');
  },
  proposedMedical: (c) => c.record.upperReviewedOn && c.do('proposeAidPlan', { items: [{ aidType: 'medical', amountFen: 900_000 }, { aidType: 'living', amountFen: 420_000 }] }),
  votedDown: (c) => c.do('decideCollectively', c.votes('against', 'for', 'against')),
  returnedByTheBank: (c) => {
    const sent = c.record.disbursements.find(({ state }) => state === 'released');
    const paymentId = sent?.paymentIds[0];
    if (!sent || !paymentId) return;
    for (const id of sent.paymentIds) {
      if (id === paymentId) c.emit({ type: 'paymentReturned', disbursementId: sent.id, paymentId, reason: 'accountClosed' });
      else c.emit({ type: 'paymentPaid', disbursementId: sent.id, paymentId: id }).emit({ type: 'workerNotified', paymentIds: [id] });
    }
    c.do('prepareDisbursement', { paymentIds: [paymentId], payeeIsApplicant: true });
  },
} satisfies Record<string, (c: PlayedCase) => unknown>;

type Detour = keyof typeof DETOURS;

/** What can only happen late in a life comes up more often, or hardly any life would see it. */
const OFFERED: Detour[] = [...(Object.keys(DETOURS) as Detour[]), ...Array<Detour>(8).fill('returnedByTheBank')];

/** A case of one of the beginnings after some steps of its course and some detours. */
export const anyLife: fc.Arbitrary<PlayedCase> = fc
  .record({
    beginning: fc.constantFrom(...BEGINNINGS),
    moves: fc.array(fc.oneof({ weight: 8, arbitrary: fc.constant('advance' as const) }, { weight: 3, arbitrary: fc.constantFrom(...OFFERED) }), {
      minLength: 3,
      maxLength: 35,
    }),
  })
  .map(({ beginning: { at, household, on }, moves }) => {
    const played = PlayedCase.apply(at, household, { on });
    for (const move of moves) attempt(played, move);
    return played;
  });

/** What a rule refuses is not part of the life; a decision leaves nothing behind when it refuses. */
function attempt(played: PlayedCase, move: 'advance' | Detour): void {
  const before = played.events.length;
  try {
    if (move === 'advance') played.advance();
    else DETOURS[move](played);
  } catch (error) {
    const isRefusal = error instanceof Error && error.message.startsWith('refused: ');
    if (!isRefusal) throw new Error(`${move} after ${played.events.map(({ type }) => type).join(', ')}`, { cause: error });
    if (move === 'advance' && played.events.slice(before).some(({ type }) => type !== 'phaseEntered' && type !== 'authorizationSigned')) throw error;
  }
}
