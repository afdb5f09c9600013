import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { findInstant } from './business-time';

const At = z.string().refine((at) => findInstant(at) !== undefined, 'must be a business date (YYYY-MM-DD) or a date-time');
const Fields = z.record(z.string(), z.unknown());
/** What a later `$name.path` can name. */
const Name = z.string().regex(/^[A-Za-z_]\w*$/, 'must be a name of letters, digits and underscores');
const common = { at: At.optional(), as: z.string().min(1).nullable().optional() };

const CommandStep = z
  .strictObject({
    ...common,
    do: z.string().min(1),
    on: Name.optional(),
    with: Fields.default({}),
    save: Name.optional(),
    expect: Fields.optional(),
    refused: Fields.optional(),
  })
  .refine((step) => !(step.refused && (step.expect ?? step.save)), 'a step that is to be refused has nothing to expect or to save');
const CheckStep = z.strictObject({ ...common, check: Name, expect: Fields });
const UntilStep = z.strictObject({ ...common, until: Name, expect: Fields });

const STEP_SCHEMAS = { do: CommandStep, check: CheckStep, until: UntilStep };
/** Chosen by the step's own key, so that a mistake in a step is told once and not once per kind of step. */
const Step = z.looseObject({}).transform((step, context) => {
  const [kind, ...others] = (['do', 'check', 'until'] as const).filter((key) => key in step);
  if (!kind || others.length > 0) {
    context.addIssue({ code: 'custom', message: 'must have exactly one of do, check, until' });
    return z.NEVER;
  }
  const parsed = STEP_SCHEMAS[kind].safeParse(step);
  if (parsed.success) return parsed.data;
  for (const { path, message } of parsed.error.issues) context.addIssue({ code: 'custom', path: [...path], message });
  return z.NEVER;
});

const ScenarioSchema = z.looseObject({
  id: z.string().min(1),
  title: z.string(),
  startsOn: z.string().refine((on) => /^.{10}$/.test(on) && findInstant(on) !== undefined, 'must be a date (YYYY-MM-DD)'),
  steps: z.array(Step).min(1),
});

/** Sends a command or asks a question: `do`. */
export type CommandStep = z.infer<typeof CommandStep>;
/** Looks at a saved answer once: `check`. */
export type CheckStep = z.infer<typeof CheckStep>;
/** Waits for what arrives in a case by itself: `until`. */
export type UntilStep = z.infer<typeof UntilStep>;
export type Step = CommandStep | CheckStep | UntilStep;

/** One file in the scenario format; fields the player does not need (rules, assumptions, module) are left out. */
export interface Scenario {
  id: string;
  title: string;
  /** Business date, `YYYY-MM-DD`, at which the scenario's first case starts unless its step says otherwise. */
  startsOn: string;
  steps: Step[];
}

/** The file cannot be played: it is unreadable, not JSON, or not in the scenario format. The message lists every mistake. */
export class ScenarioMalformed extends Error {
  override readonly name = 'ScenarioMalformed';

  constructor(
    readonly source: string,
    mistakes: string[],
  ) {
    super(`${source} is not a scenario: ${mistakes.join('; ')}`);
  }
}

/**
 * @param source what the message calls the scenario, usually its file name
 * @throws ScenarioMalformed with all mistakes at once
 */
export function parseScenario(json: unknown, source: string): Scenario {
  const parsed = ScenarioSchema.safeParse(json);
  if (!parsed.success) {
    throw new ScenarioMalformed(
      source,
      parsed.error.issues.map(({ path, message }) => `${readablePath(path)}${message}`),
    );
  }
  const { id, title, startsOn, steps } = parsed.data;
  return { id, title, startsOn, steps };
}

/** @throws ScenarioMalformed also when the file cannot be read or is not JSON */
export async function readScenario(file: string): Promise<Scenario> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new ScenarioMalformed(file, [error instanceof Error ? error.message : String(error)]);
  }
  return parseScenario(json, file);
}

/** Steps are counted from 1, as the timeline prints them. */
function readablePath(path: PropertyKey[]): string {
  const [first, index, ...rest] = path;
  if (first === undefined) return '';
  if (first !== 'steps' || typeof index !== 'number') return `${path.map(String).join('.')}: `;
  return `step ${index + 1}${rest.length > 0 ? `, ${rest.map(String).join('.')}` : ''}: `;
}
