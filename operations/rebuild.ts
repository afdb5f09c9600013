import { readConfig } from '../infra/config';
import { progressOn } from '../infra/progress';
import { connect } from '../store/db';
import { readOptions, runTool, WrongUsage } from './command-line';
import { noted } from './noted-tool';
import { rebuild, type RebuildReport } from './rebuilding';
import { findService } from './service-addresses';

const USAGE = `usage: npm run rebuild -- [--check] [--case ID]… [--json]

Folds the read model (cases, tasks, disbursements, notices to outside systems and to workers) anew from the events and
writes what differs, case by case, while the service goes on. Personal data, commands and claims of tasks are not touched.
  --check    only compares
  --case ID  only this case; may be repeated
  --json     prints the report as JSON
Exit code: 0 the read model is the fold of the events, 1 something differs still or cannot be trusted, 2 wrong command line.`;

const PROGRESS_EVERY_MS = 2_000;
const LISTED_MAX = 50;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

async function main(): Promise<0 | 1> {
  const { check = false, case: caseIds, json = false } = readOptions({
    check: { type: 'boolean' },
    case: { type: 'string', multiple: true },
    json: { type: 'boolean' },
  });
  const wrong = caseIds?.find((id) => !UUID.test(id));
  if (wrong !== undefined) throw new WrongUsage(`--case takes the id of a case, not ${wrong}`);
  const pool = connect(findService(readConfig(process.env)).databaseUrl, 6);
  try {
    const work = () => rebuild(pool, { check, caseIds, onProgress: progress() });
    const counted = ({ looked, rebuilt, refused, failed }: RebuildReport) => ({ looked, rebuilt, refused: refused.length, failed: failed.length });
    const report = await noted(pool, 'tool.rebuild', { details: { check }, caseIds }, work, counted);
    console.log(json ? JSON.stringify(report, null, 2) : lines(report, check).join('\n'));
    return report.refused.length + report.failed.length > 0 || (check && report.differing.length > 0) ? 1 : 0;
  } finally {
    await pool.end();
  }
}

function progress(): (report: RebuildReport) => void {
  const show = progressOn(process.stderr);
  let shownAt = Date.now();
  return ({ looked, differing, rebuilt, refused }) => {
    if (Date.now() - shownAt < PROGRESS_EVERY_MS) return;
    shownAt = Date.now();
    show(`Cases: ${looked} looked at, ${differing.length} differing, ${rebuilt} rebuilt, ${refused.length} refused`);
  };
}

function lines({ looked, differing, rebuilt, refused, failed }: RebuildReport, check: boolean): string[] {
  const list = (title: string, entries: { caseId: string; text: string }[]) => [
    ...(entries.length > 0 ? ['', title] : []),
    ...entries.slice(0, LISTED_MAX).map(({ caseId, text }) => `  ${caseId}  ${text}`),
    ...(entries.length > LISTED_MAX ? [`  … and ${entries.length - LISTED_MAX} more (--json lists all)`] : []),
  ];
  return [
    `${looked} cases looked at: ${looked - differing.length - refused.length} are the fold of their events, ${differing.length} differed${check ? '' : ` (${rebuilt} rebuilt)`}, ${refused.length} cannot be folded.`,
    ...list(check ? 'Differing:' : 'Differed:', differing.map(({ caseId, differences }) => ({ caseId, text: differences.join('; ') }))),
    ...list('Left as they are, because their events cannot be trusted (compare with a backup):', refused.map(({ caseId, fault }) => ({ caseId, text: fault }))),
    ...list('Not rebuilt:', failed.map(({ caseId, fault }) => ({ caseId, text: fault }))),
  ];
}

runTool(USAGE, main);
