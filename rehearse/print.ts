import { isObject, type JsonObject } from './json';
import { describeDifference } from './match';
import { type CaseTimeline, type ScenarioResult, type StepResult, wentWrong } from './result';

/** One line of a scenario's timeline, then a line for each thing that is not as written. */
export function stepLines(step: StepResult): string[] {
  const { number, on = '', as, what, outcome } = step;
  const line = `  ${wentWrong(step) ? '✗' : ' '} ${String(number).padStart(3)}  ${on.padEnd(10)}  ${(as ?? '(not signed in)').padEnd(24)}  ${what.padEnd(24)}  ${outcome}`;
  return [line.trimEnd(), ...mistakes(step).map((mistake) => `         ${mistake}`)];
}

/** One line; a failed scenario's names its first mistake. */
export function scenarioLine(result: ScenarioResult): string {
  const { id, title } = result;
  if (result.verdict === 'passed') return `✓ ${id}  ${title}  (${result.steps.length} steps, ${seconds(result.tookMs)})`;
  if (result.verdict === 'notYetCovered') return `- ${id}  ${title}  not yet covered: operation ${result.missingOperations.join(', ')}`;
  const first = result.steps.find(wentWrong);
  return `✗ ${id}  ${title}: ${first ? `step ${first.number} ${first.what}: ${mistakes(first).join('; ')}` : 'failed'}`;
}

/**
 * Everything that is not as written, and how the service itself tells the cases' story.
 *
 * @param result nothing is printed for any but a failed one
 * @param areStepsPrinted the steps were followed: what is wrong with them has been told
 */
export function failureLines(result: ScenarioResult, areStepsPrinted: boolean): string[] {
  if (result.verdict !== 'failed') return [];
  const unplayed = result.stepsInAll - result.steps.length;
  return [
    ...(areStepsPrinted ? [] : result.steps.filter(wentWrong).flatMap(stepLines)),
    ...(unplayed > 0 ? [`    ${unplayed} more steps were not played`] : []),
    ...result.timelines.flatMap(timelineLines),
  ];
}

/** The table of all scenarios, what is not yet covered, and the closing line that CI reads. */
export function summaryLines(results: ScenarioResult[], malformed: { file: string; message: string }[]): string[] {
  const idWidth = Math.max(0, ...results.map(({ id }) => id.length));
  const rows = results.map(({ id, verdict, tookMs, title }) => `  ${id.padEnd(idWidth)}  ${VERDICTS[verdict].padEnd(15)}  ${seconds(tookMs).padStart(7)}  ${title}`);
  const notCovered = results.filter((result) => result.verdict === 'notYetCovered');
  const failed = results.filter(({ verdict }) => verdict === 'failed').length + malformed.length;
  const passed = results.filter(({ verdict }) => verdict === 'passed').length;
  return [
    '',
    ...rows,
    ...malformed.map(({ message }) => `  malformed: ${message}`),
    ...(notCovered.length > 0 ? ['', 'not yet covered:'] : []),
    ...notCovered.map(({ id, missingOperations }) => `  ${id}: operation ${missingOperations.join(', ')}`),
    '',
    `${passed} passed, ${failed} failed, ${notCovered.length} skipped`,
  ];
}

const VERDICTS = { passed: 'passed', failed: 'failed', notYetCovered: 'not yet covered' };

function mistakes({ differences, fault }: StepResult): string[] {
  return [...differences.map(describeDifference), ...(fault === undefined ? [] : [fault])];
}

function timelineLines({ name, events, note }: CaseTimeline): string[] {
  return [`    events of "${name}":`, ...events.map((event) => `      ${eventLine(event)}`), ...(note === undefined ? [] : [`      (${note})`])];
}

function eventLine(event: JsonObject): string {
  const [seq, effectiveOn, recordedAt, type, actor] = ['seq', 'effectiveOn', 'recordedAt', 'type', 'actor'].map((field) => text(event[field]));
  return `${(seq ?? '').padStart(3)}  ${effectiveOn ?? ''}  ${(type ?? '').padEnd(28)}  ${(actor ?? '').padEnd(24)}  recorded ${recordedAt ?? ''}`;
}

function text(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  if (isObject(value) && typeof value.user === 'string') return value.user;
  return JSON.stringify(value);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
