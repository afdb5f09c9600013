import { z } from 'zod';
import { isPlainDate } from '../domain/calendar-date';
import { EXIT_VERIFIERS } from '../domain/case-facts';
import { HARDSHIP_CLASSES } from '../domain/hardship-class-names';
import { ACCIDENT_CAUSES } from '../domain/household';
import { AFFILIATIONS, NOTICE_PLACES } from '../domain/policy';
import type { Policy } from '../domain/policy';
import rules from './rules.json';

/** The rules of the source documents, with their quotes: what a value may cite. */
const RULE_IDS: ReadonlySet<string> = new Set(rules.map((rule) => rule.id));
const ASSUMPTION_COUNT = 32;

const ruleId = z.string().refine((id) => RULE_IDS.has(id), 'no such rule');
const assumptionId = z.string().refine((id) => {
  const number = /^A-(\d{2})$/.exec(id)?.[1];
  return number !== undefined && Number(number) >= 1 && Number(number) <= ASSUMPTION_COUNT;
}, 'no such assumption');
const fact = z.string().trim().min(1);

/**
 * A value that does not say where it comes from could pass for a rule; one that says two things cannot be checked.
 * Looked at even when the value itself is wrong, so that one run shows both.
 */
function citedExactlyOnce<T extends z.ZodType>(schema: T, names: readonly ('rule' | 'assumption' | 'fact')[]): T {
  const given = (leaf: object) => names.filter((name) => (leaf as Record<string, unknown>)[name] !== undefined);
  return schema.refine((leaf) => given(leaf as object).length === 1, {
    error: ({ input }) => {
      const citations = given(input as object);
      const found = citations.length === 0 ? 'no citation' : `${citations.length} citations (${citations.join(', ')})`;
      return `${found}: give exactly one of ${names.join(', ')}`;
    },
    when: ({ value }) => typeof value === 'object' && value !== null,
  });
}

const cited = <T extends z.ZodType>(value: T) =>
  citedExactlyOnce(
    z.strictObject({ value, rule: ruleId.optional(), assumption: assumptionId.optional(), fact: fact.optional() }),
    ['rule', 'assumption', 'fact'],
  );

const perClass = <T extends z.ZodType>(schema: T) =>
  z.strictObject({ deep: schema.optional(), accidental: schema.optional(), relative: schema.optional() });

const plainDate = z.string().refine(isPlainDate, 'not a calendar date');
const classOrNone = z.enum([...HARDSHIP_CLASSES, 'none']);
const countFrom = (least: number) => z.int().min(least).max(1200);
const distinct = <T extends z.ZodType<string>>(item: T) =>
  z.array(item).refine((items) => new Set(items).size === items.length, 'the same value twice');

const timesLimit = z.strictObject({
  times: z
    .number()
    .positive()
    .max(100)
    .refine((times) => Math.round(times * 100) / 100 === times, 'more than two decimals'),
  inclusive: z.boolean(),
});

const classRule = z.strictObject({
  incomeMax: cited(timesLimit).optional(),
  netMax: cited(timesLimit).optional(),
  deducts: cited(z.enum(['rigidExpenses', 'accidentExpenseNet'])),
  causes: cited(distinct(z.enum(ACCIDENT_CAUSES)).min(1)).optional(),
});

const regionCodes = distinct(z.string().regex(/^\d{6}$/, 'not a GB/T 2260 county code')).min(1);
const route = citedExactlyOnce(
  z.strictObject({
    classes: distinct(classOrNone).min(1),
    onlyRegions: regionCodes.optional(),
    exceptRegions: regionCodes.optional(),
    affiliations: distinct(z.enum(AFFILIATIONS)).min(1).optional(),
    to: z.enum(['city', 'county']),
    rule: ruleId.optional(),
    assumption: assumptionId.optional(),
  }),
  ['rule', 'assumption'],
);

/** 2023 stands for any common year: a window that begins or ends on 29 February would be missing in most years. */
const monthDay = z.string().refine((text) => isPlainDate(`2023-${text}`), 'not a month and day (MM-DD)');
const campaignWindow = z.strictObject({
  name: z.string().trim().min(1),
  kind: z.enum(['visit', 'update']),
  from: monthDay,
  until: monthDay,
});

const places = cited(distinct(z.enum(NOTICE_PLACES)).min(1));

const leaves = z.strictObject({
  standardDateBasis: cited(z.enum(['assessment', 'application'])),
  incomeWindowMonths: cited(countFrom(1)),
  classPrecedence: cited(distinct(z.enum(HARDSHIP_CLASSES)).min(1)),
  routes: z.array(route).min(1).optional(),
  certificate: cited(z.string().trim().min(1)).optional(),
  systems: cited(distinct(z.string().trim().min(1))),
  retentionYears: cited(countFrom(0)),
  monitoringYears: cited(countFrom(0)),
});

const sections = {
  notice: z.strictObject({
    required: cited(z.union([z.literal(1), z.literal(2)], 'neither 1 nor 2')).optional(),
    workingDays: cited(countFrom(1)),
    firstPlaces: places,
    secondPlaces: places.optional(),
  }),
  visit: z.strictObject({ visitorsMin: cited(countFrom(1)) }),
  authorization: z.strictObject({ validityMonths: cited(countFrom(1)), adultAge: cited(countFrom(0)) }),
  comparison: z.strictObject({
    requiredFor: cited(distinct(classOrNone)),
    position: cited(z.enum(['beforeUpperReview', 'afterUpperReview'])),
    validityMonths: cited(countFrom(1)),
    repeatMonths: cited(countFrom(1)),
  }),
  aid: z.strictObject({ livingFloor: cited(z.boolean()), medicalCap: cited(z.boolean()) }),
  collectiveApproval: z.strictObject({ votersMin: cited(countFrom(1)) }),
  filing: z.strictObject({ required: cited(z.boolean()), gatesPayment: cited(z.boolean()) }),
  recheck: z.strictObject({
    months: perClass(cited(countFrom(1))).optional(),
    campaigns: z.array(cited(campaignWindow)).optional(),
    leadDays: cited(countFrom(1)),
    escalatesAfterDays: cited(countFrom(1)),
    relieves: cited(z.boolean()),
    liftsAboveStandard: cited(z.boolean()),
  }),
  exit: z.strictObject({
    noticeAlways: cited(z.boolean()),
    workerConfirms: cited(z.boolean()),
    grassrootsConfirms: cited(z.boolean()),
    verifiers: cited(distinct(z.enum(EXIT_VERIFIERS))),
    restsOnVisit: cited(z.boolean()),
    evidenceMonths: cited(countFrom(1)),
  }),
  phaseOut: z.strictObject({
    monthsMin: perClass(cited(countFrom(0))),
    monthsMax: perClass(cited(countFrom(0))),
    monthsDefault: perClass(cited(countFrom(0))),
    aidContinues: cited(z.boolean()),
  }),
};

const versionHead = {
  id: z.string().regex(/^[a-z0-9-]+$/, 'not lower-case letters, digits and hyphens'),
  version: countFrom(1),
  effectiveFrom: plainDate,
};

const profileHead = z.strictObject({
  ...versionHead,
  /** Profile whose values count where this one is silent. */
  inherits: z.string().optional(),
  /** The document by its own title; data, never a key. */
  document: z.string().trim().min(1),
  /** Left out where the document bears no date. */
  issuedOn: plainDate.optional(),
  /** Why the version counts from another day than that of issue. */
  effectiveFromNote: z.string().trim().min(1).optional(),
  /** R-JS-32: policy versions need an approver and an effective date. */
  approvedBy: z.string().trim().min(1),
  /** Ids of the organisations at whose place in the union tree the profile counts, for all below them. */
  organisations: distinct(z.string().trim().min(1)),
});
export type ProfileHead = z.infer<typeof profileHead>;

/** A profile as it is written: only what its own document or union says, a citation for each value. Unknown keys are mistakes. */
export const profileSchema = z.strictObject({
  ...profileHead.shape,
  ...leaves.partial().shape,
  classes: perClass(classRule.partial()).optional(),
  notice: sections.notice.partial().optional(),
  visit: sections.visit.partial().optional(),
  authorization: sections.authorization.partial().optional(),
  comparison: sections.comparison.partial().optional(),
  aid: sections.aid.partial().optional(),
  collectiveApproval: sections.collectiveApproval.partial().optional(),
  filing: sections.filing.partial().optional(),
  recheck: sections.recheck.partial().optional(),
  exit: sections.exit.partial().optional(),
  phaseOut: sections.phaseOut.partial().optional(),
});
export type Profile = z.infer<typeof profileSchema>;

/** A profile with all it inherits: what the rules in `domain/` read. */
export const policySchema = z.strictObject({
  ...versionHead,
  ...leaves.shape,
  classes: perClass(classRule).optional(),
  ...sections,
}) satisfies z.ZodType<Policy>;

const HEAD_KEYS: ReadonlySet<string> = new Set(Object.keys(profileHead.shape));

/** The two parts of a profile: what it is, and the values it gives. */
export function partsOf(profile: Profile): { head: ProfileHead; values: Record<string, unknown> } {
  const entries = Object.entries(profile);
  return {
    head: Object.fromEntries(entries.filter(([key]) => HEAD_KEYS.has(key))) as ProfileHead,
    values: Object.fromEntries(entries.filter(([key]) => !HEAD_KEYS.has(key))),
  };
}
