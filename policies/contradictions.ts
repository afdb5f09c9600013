import { HARDSHIP_CLASSES } from '../domain/hardship-class-names';
import type { HardshipClass } from '../domain/hardship-class-names';
import type { Cited, ClassRule, Policy, TimesLimit } from '../domain/policy';

/** Values that are fine one by one and cannot stand together. */
export interface Contradiction {
  path: string;
  message: string;
}

/**
 * The contradictions in a resolved profile: what would refuse, forget or trap cases, not what is merely unusual.
 *
 * That all classes get one flat amount (R-WX-24a) will be reported here once profiles hold amounts.
 */
export function contradictionsIn(policy: Policy): Contradiction[] {
  return [
    ...inClasses(policy),
    ...inRoutes(policy),
    ...inNotices(policy),
    ...inFiling(policy),
    ...inCampaigns(policy),
    ...HARDSHIP_CLASSES.flatMap((hardshipClass) => inPhaseOut(policy, hardshipClass)),
  ];
}

function inClasses({ classes, classPrecedence }: Policy): Contradiction[] {
  if (!classes) return [];
  const precedence = classPrecedence.value;
  return HARDSHIP_CLASSES.flatMap((hardshipClass) => {
    const rule = classes[hardshipClass];
    if (!rule) return [];
    const path = `classes.${hardshipClass}`;
    if (!hasCondition(rule)) return [{ path, message: 'no condition: every household would fit' }];
    if (!precedence.includes(hardshipClass)) return [{ path, message: 'not in classPrecedence: could never be recommended' }];
    const covering = precedence.slice(0, precedence.indexOf(hardshipClass)).find((earlier) => {
      const earlierRule = classes[earlier];
      return earlierRule !== undefined && hasCondition(earlierRule) && covers(earlierRule, rule);
    });
    const message = `could never be recommended: ${covering ?? ''} comes first and takes every household that fits`;
    return covering ? [{ path, message }] : [];
  });
}

function hasCondition({ incomeMax, netMax, causes }: ClassRule): boolean {
  return incomeMax !== undefined || netMax !== undefined || causes !== undefined;
}

/** Whether every household that fits `narrow` fits `wide` as well, as far as limits of the same kind tell. */
function covers(wide: ClassRule, narrow: ClassRule): boolean {
  const isSameNet = wide.deducts.value === narrow.deducts.value;
  const areCausesCovered = !wide.causes || (narrow.causes?.value.every((cause) => wide.causes?.value.includes(cause)) ?? false);
  const isNetCovered = !wide.netMax || (isSameNet && isAtLeast(wide.netMax, narrow.netMax));
  return areCausesCovered && isNetCovered && isAtLeast(wide.incomeMax, narrow.incomeMax);
}

function isAtLeast(wide: Cited<TimesLimit> | undefined, narrow: Cited<TimesLimit> | undefined): boolean {
  if (!wide) return true;
  if (!narrow) return false;
  if (wide.value.times !== narrow.value.times) return wide.value.times > narrow.value.times;
  return wide.value.inclusive || !narrow.value.inclusive;
}

function inRoutes({ routes }: Policy): Contradiction[] {
  if (!routes) return [];
  const unrouted = ([...HARDSHIP_CLASSES, 'none'] as const)
    .filter((name) => !routes.some((route) => route.classes.includes(name)))
    .map((name) => ({ path: 'routes', message: `no line for class ${name}: such a case would have no reviewer` }));
  const impossible = routes.flatMap((route, index) =>
    route.onlyRegions?.every((region) => route.exceptRegions?.includes(region) ?? false)
      ? [{ path: `routes.${index}`, message: 'exceptRegions takes away all of onlyRegions: the line can never fit' }]
      : [],
  );
  return [...unrouted, ...impossible];
}

function inNotices({ notice }: Policy): Contradiction[] {
  return notice.required?.value === 2 && !notice.secondPlaces
    ? [{ path: 'notice.secondPlaces', message: 'two notices are required, and there is no place for the second' }]
    : [];
}

function inFiling({ filing }: Policy): Contradiction[] {
  return filing.gatesPayment.value && !filing.required.value
    ? [{ path: 'filing.gatesPayment', message: 'payment would wait for a filing that is not required' }]
    : [];
}

function inCampaigns({ recheck }: Policy): Contradiction[] {
  const names = (recheck.campaigns ?? []).map(({ value }) => value.name);
  return names.flatMap((name, index) =>
    names.indexOf(name) === index ? [] : [{ path: `recheck.campaigns.${index}`, message: `a second campaign named ${name}` }],
  );
}

function inPhaseOut({ phaseOut }: Policy, hardshipClass: HardshipClass): Contradiction[] {
  const { monthsMin, monthsMax, monthsDefault } = phaseOut;
  const [min, max, byDefault] = [monthsMin[hardshipClass], monthsMax[hardshipClass], monthsDefault[hardshipClass]];
  if (!min && !max && !byDefault) return [];
  if (!min || !max || !byDefault) {
    return [{ path: 'phaseOut', message: `${hardshipClass} needs all of monthsMin, monthsMax and monthsDefault, or none` }];
  }
  if (min.value > max.value) {
    return [{ path: `phaseOut.monthsMin.${hardshipClass}`, message: `${min.value} is more than monthsMax ${max.value}` }];
  }
  return byDefault.value < min.value || byDefault.value > max.value
    ? [{ path: `phaseOut.monthsDefault.${hardshipClass}`, message: `${byDefault.value} is outside ${min.value} to ${max.value}` }]
    : [];
}
