import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { historyNames, legibleHistory } from './history-files';
import { sampleApplications } from './sample-application';

/** The households of the golden histories. */
export const HISTORY_SERIES = 90;

/** More than were recorded: every one of them is looked for. */
const HOUSEHOLDS = 60;

/** What people wrote while the histories were recorded, and what only this machine knows. */
const WRITTEN = ['情况属实', '同意', '走访员', '走访核实', '会议纪要', '有异议', '不属实', '本人撤回', '补正'];
const OF_THIS_MACHINE = [`@${hostname()}`, resolve(__dirname, '..', '..')];

/** Names, numbers, addresses and free text that a golden history holds although nothing of that may reach the engine. */
export function personalInHistories(): string[] {
  const sample = sampleApplications(HISTORY_SERIES);
  const canaries = [...Array.from({ length: HOUSEHOLDS }, () => sample().personal).flat(), ...WRITTEN, ...OF_THIS_MACHINE];
  return historyNames().flatMap((name) => {
    const text = legibleHistory(name);
    return canaries.filter((canary) => text.includes(canary)).map((canary) => `${name}: ${canary}`);
  });
}
