import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { isPlainDate } from '../domain/calendar-date';
import type { LivingStandard } from '../domain/living-standard';
import type { Organisation } from '../domain/routing';
import type { WorkingCalendar } from '../domain/working-days';
import { mistakesOf, PolicyMistakes } from './mistakes';
import type { Mistake } from './mistakes';

/** The tables that every rule reads beside the profiles. */
export interface ReferenceData {
  calendar: WorkingCalendar;
  livingStandards: LivingStandard[];
  organisations: ReadonlyMap<string, Organisation>;
}

const REFERENCE_DIR = join(__dirname, 'reference');

const plainDate = z.string().refine(isPlainDate, 'not a calendar date');

const calendarSchema = z.strictObject({
  coveredFrom: plainDate,
  coveredUntil: plainDate,
  off: z.array(plainDate),
  work: z.array(plainDate),
}) satisfies z.ZodType<WorkingCalendar>;

const livingStandardsSchema = z.array(
  z.strictObject({
    regionCode: z.string().regex(/^\d{6}$/, 'not a GB/T 2260 code'),
    from: plainDate,
    until: plainDate.optional(),
    fenPerPersonMonth: z.int().positive(),
    basis: z.enum(['published', 'fixture']),
    source: z.string().trim().min(1),
  }),
) satisfies z.ZodType<LivingStandard[]>;

const organisationsSchema = z.array(
  z.strictObject({
    id: z.string().trim().min(1),
    name: z.string().trim().min(1),
    level: z.enum(['province', 'city', 'county', 'grassroots']),
    kind: z.string().trim().min(1),
    parentId: z.string().nullable(),
    regionCode: z
      .string()
      .regex(/^\d{6}$/, 'not a GB/T 2260 code')
      .nullable(),
    serviceCentre: z.string().nullable(),
  }),
) satisfies z.ZodType<Organisation[]>;

/**
 * Reads and checks the reference tables of a folder: working-day calendar, living standards, organisations.
 *
 * @throws PolicyMistakes with all mistakes of all three
 */
export function loadReference(dir: string = REFERENCE_DIR): ReferenceData {
  const mistakes: Mistake[] = [];
  const read = <T>(file: string, schema: z.ZodType<T>, check: (value: T) => Omit<Mistake, 'file'>[]): T | undefined => {
    const content = contentOf(dir, file, mistakes);
    const result = schema.safeParse(content);
    if (!result.success) {
      if (content !== undefined) mistakes.push(...mistakesOf(file, result.error));
      return undefined;
    }
    mistakes.push(...check(result.data).map((mistake) => ({ file, ...mistake })));
    return result.data;
  };

  const calendar = read('calendar.json', calendarSchema, inCalendar);
  const livingStandards = read('living-standards.json', livingStandardsSchema, inLivingStandards);
  const organisations = read('organisations.json', organisationsSchema, inOrganisations);
  if (mistakes.length > 0 || !calendar || !livingStandards || !organisations) throw new PolicyMistakes(mistakes);
  return { calendar, livingStandards, organisations: new Map(organisations.map((org) => [org.id, org])) };
}

function contentOf(dir: string, file: string, mistakes: Mistake[]): unknown {
  try {
    return JSON.parse(readFileSync(join(dir, file), 'utf8')) as unknown;
  } catch (error) {
    mistakes.push({ file, path: '', message: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
}

function inCalendar({ coveredFrom, coveredUntil, off, work }: WorkingCalendar): Omit<Mistake, 'file'>[] {
  const isOutside = (day: string) => day < coveredFrom || day > coveredUntil;
  const outside = (list: string, days: string[]) =>
    days.flatMap((day, index) =>
      isOutside(day) ? [{ path: `${list}.${index}`, message: `${day} is outside the covered range` }] : [],
    );
  const both = work.flatMap((day, index) =>
    off.includes(day) ? [{ path: `work.${index}`, message: `${day} is also a day off` }] : [],
  );
  return [...outside('off', off), ...outside('work', work), ...both];
}

function inLivingStandards(rows: LivingStandard[]): Omit<Mistake, 'file'>[] {
  return rows.flatMap((row, index) => {
    const until = row.until ?? '9999';
    const overlapping = rows
      .slice(0, index)
      .some((other) => other.regionCode === row.regionCode && other.from <= until && row.from <= (other.until ?? '9999'));
    return [
      ...(until < row.from ? [{ path: `${index}.until`, message: 'ends before it begins' }] : []),
      ...(overlapping ? [{ path: String(index), message: `a second value for ${row.regionCode} in the same period` }] : []),
    ];
  });
}

function inOrganisations(orgs: Organisation[]): Omit<Mistake, 'file'>[] {
  const levels = ['province', 'city', 'county', 'grassroots'];
  return orgs.flatMap((org, index) => {
    const parent = orgs.find(({ id }) => id === org.parentId);
    return [
      ...(orgs.findIndex(({ id }) => id === org.id) !== index
        ? [{ path: `${index}.id`, message: `${org.id} is there twice` }]
        : []),
      ...(org.parentId !== null && !parent ? [{ path: `${index}.parentId`, message: `no organisation ${org.parentId}` }] : []),
      // A parent of a higher level cannot be below its child, so this also rules out loops.
      ...(parent && levels.indexOf(parent.level) >= levels.indexOf(org.level)
        ? [{ path: `${index}.parentId`, message: `${org.level} under ${parent.level}` }]
        : []),
    ];
  });
}
