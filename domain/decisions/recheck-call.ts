import type { Assessment } from '../assessment';
import type { ClassOrNone, HardshipClass } from '../hardship-class-names';
import type { CaseRecord } from '../case-record';
import type { NewFact } from './decide';

/**
 * Whether new figures of an active file call for a recheck before its date: they do not fit its class any more, they fit a
 * class again although the household is about to be lifted out, or they recommend another class that nobody chose against
 * (应退则退、应调则调, R-BZ-22, A-03). Nothing changes by itself.
 */
export function recheckCall(record: CaseRecord, { eligible, recommended }: Assessment): NewFact[] {
  if (record.state !== 'active') return [];
  return speakAgainst(record, eligible, recommended) ? [{ type: 'recheckCalledFor', because: 'figures' }] : [];
}

function speakAgainst({ lastRecheck, hardshipClass, classChosen }: CaseRecord, eligible: HardshipClass[], recommended: ClassOrNone): boolean {
  switch (lastRecheck?.outcome) {
    case 'liftOut':
      return eligible.length > 0;
    case 'cancel':
      return false; // its reason lies outside of the figures
    default:
      return !eligible.some((fitting) => fitting === hardshipClass) || (recommended !== hardshipClass && !classChosen);
  }
}
