import type { CaseRecord } from '../case-record';
import type { Fen } from '../money';
import { accepted, refused } from '../refusal';
import type { Decide } from './decide';

export interface AidLevelFacts {
  monthlyLivingAidFen: Fen;
  /** Whether a material change came with it; what it is stays with the command. */
  hasMaterialChange: boolean;
}

/**
 * Sets the monthly living aid of a file. Inside a review period it may not fall as long as nothing material has changed
 * in the household (R-WX-19).
 */
export const changeAidLevel: Decide<AidLevelFacts> = (record, { monthlyLivingAidFen, hasMaterialChange }) => {
  const currentFen = record.aidLevel?.monthlyLivingAidFen ?? 0;
  const falls = monthlyLivingAidFen < currentFen;
  if (falls && !hasMaterialChange && isProtected(record)) {
    return refused({ code: 'AID_REDUCTION_WITHOUT_CHANGE', rule: 'R-WX-19', currentFen, reviewPeriodEndsOn: record.recheck?.nextDueOn ?? null });
  }
  return accepted([{ type: 'aidLevelSet', monthlyLivingAidFen, materialChange: hasMaterialChange }]);
};

/**
 * 复核期内: from one recheck to the next, however late that is, since a union's delay is not the household's. Over only where
 * the last recheck found the household out of deep hardship and the level still is that of before.
 */
function isProtected({ hardshipClass, lastRecheck, aidLevel }: CaseRecord): boolean {
  const hasLeftDeep = lastRecheck?.outcome === 'changeClass' && lastRecheck.classBefore === 'deep' && hardshipClass !== 'deep';
  return !(hasLeftDeep && aidLevel !== null && aidLevel.setOn < lastRecheck.doneOn);
}
