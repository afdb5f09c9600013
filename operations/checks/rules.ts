import { addMonths, daysBetween, shanghaiDateAt, type PlainDate } from '../../domain/calendar-date';
import { livingStandardOn } from '../../domain/living-standard';
import { loadPolicies } from '../../policies/load';
import { PolicyMistakes } from '../../policies/mistakes';
import { loadReference, type ReferenceData } from '../../policies/reference';
import { ok, warning, wrong, type Check, type Outcome } from '../check';

/** A notice, a recheck and the next year's calendar all need working days ahead; it is published in autumn. */
const MONTHS_AHEAD = 3;

/** The rules on disk: policy profiles, calendar, living standards. */
export function rulesChecks(policyDir: string | undefined): Check[] {
  const today = shanghaiDateAt(Date.now());
  return [
    {
      name: 'policy profiles',
      look: () =>
        told(() => {
          const { policies } = loadPolicies(policyDir);
          return ok(`${policies.length} versions are sound`);
        }),
    },
    { name: 'working-day calendar', look: () => told(() => calendarAhead(loadReference().calendar.coveredUntil, today)) },
    { name: 'living standards', look: () => told(() => standardsToday(loadReference(), today)) },
  ];
}

/** How far the calendar reaches. Beyond it a notice cannot be dated, and is refused. */
export function calendarAhead(coveredUntil: PlainDate, today: PlainDate): Outcome {
  const says = `covered until ${coveredUntil} (${daysBetween(today, coveredUntil)} days ahead)`;
  const fix = 'Enter the days off and make-up working days that the State Council has published into policies/reference/calendar.json, then start again.';
  if (coveredUntil < today) return wrong(says, fix);
  return coveredUntil < addMonths(today, MONTHS_AHEAD) ? warning(says, fix) : ok(says);
}

/** Whether every county and city with a region has a living standard in force: without one no household there can be assessed. */
export function standardsToday({ organisations, livingStandards }: Pick<ReferenceData, 'organisations' | 'livingStandards'>, today: PlainDate): Outcome {
  const counties = [...organisations.values()].filter(({ level, regionCode }) => level === 'county' && regionCode !== null);
  const missing = counties.filter(({ regionCode }) => !livingStandardOn(livingStandards, regionCode ?? '', today).accepted);
  if (missing.length === 0) return ok(`in force today for all ${counties.length} counties`);
  const names = missing.map(({ id, regionCode }) => `${id} (${regionCode ?? ''})`).join(', ');
  return warning(`none in force today for ${names}`, 'Enter the published standard into policies/reference/living-standards.json, then start again.');
}

function told(look: () => Outcome): Outcome {
  try {
    return look();
  } catch (error) {
    if (!(error instanceof PolicyMistakes)) throw error;
    return wrong(`${error.mistakes.length} mistakes`, 'Run "npm run policy:check", which names each; the service does not start on them.');
  }
}
