import type { PlainDate } from '../../../domain/calendar-date';
import type { HardshipClass } from '../../../domain/hardship-class-names';
import type { CommandFacts } from '../../../workflows/case/commands';
import { actor, BOZHOU_DEEP, HAIGANG, LIANGXI, PlayedCase, WOYANG, WUHUA, WUXI_NONE, WUXI_RELATIVE, type Place } from './played-case';

/** The day on which the exits of these tests are concluded unless they say otherwise. */
export const LEAVES = '2024-08-31';
/** Established with figures that fit it, and found to have none of them any more in August 2024. */
export function rechecked(at: Place, hardshipClass: HardshipClass, kind: 'liftOut' | 'cancel', visitedOn: PlainDate | undefined = '2024-08-12'): PlayedCase {
  const household = at === WOYANG ? BOZHOU_DEEP : WUXI_RELATIVE;
  const played = PlayedCase.import(at, household, { hardshipClass, establishedOn: '2023-12-04', on: '2023-12-04', monthlyLivingAidFen: 60_000 });
  return played.on('2024-08-12').do('recordRecheck', { doneOn: '2024-08-12', visitedOn, household: WUXI_NONE, outcome: kind, hasReason: true });
}

/** Told of the exit, on the terms of the profile. */
export function told(at: Place = LIANGXI, hardshipClass: HardshipClass = 'relative', kind: 'liftOut' | 'cancel' = 'liftOut'): PlayedCase {
  return rechecked(at, hardshipClass, kind).on('2024-08-14').do('notifyExit', {}).enter('exiting');
}

/** All is there that the profile asks for, and nobody has concluded it yet. */
export function ready(at: Place = LIANGXI, hardshipClass: HardshipClass = 'relative', kind: 'liftOut' | 'cancel' = 'liftOut'): PlayedCase {
  const played = told(at, hardshipClass, kind).on('2024-08-20');
  const { workerConfirms, grassrootsConfirms, verifiers, noticeAlways } = played.record.exit!.terms;
  if (workerConfirms) played.do('confirmExit', { kind: 'worker' });
  if (grassrootsConfirms) played.do('confirmExit', { kind: 'grassroots' });
  for (const kind of verifiers) played.do('verifyExit', { kind });
  if (noticeAlways) played.do('postNotice', exitNotice(played)).closeNotice('exit');
  return played.on(LEAVES);
}

/** In its phase-out. */
export function phasingOut(months = 6): PlayedCase {
  return ready().do('concludeExit', { phaseOutMonths: months }).enter('phaseOut');
}

export function exitNotice(played: PlayedCase): CommandFacts['postNotice'] {
  return { kind: 'exit', medium: 'noticeBoard', place: 'employer', byOrgId: played.record.hardshipFile!.ownerOrgId };
}

export const handlerOf = (played: PlayedCase) => actor('handler', played.record.hardshipFile!.ownerOrgId);
export const PLACES = { wuxi: LIANGXI, bozhou: WOYANG, yunnan: WUHUA, qinhuangdao: HAIGANG };
