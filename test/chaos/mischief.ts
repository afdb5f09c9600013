import type { CaseView } from '../../api/schemas/case';
import type { CaseState } from '../../domain/case-facts';
import type { JsonObject } from '../../rehearse/json';
import { INPUTS } from './inputs';
import type { Random } from './random';

/** A request that has to be refused whatever happens around it. */
export interface Mischief {
  operation: string;
  as: string;
  input: JsonObject;
  ifVersion?: number;
}

/** Commands of one box each, and whose they are: sent in any other box they are out of place. */
const BELONGS_TO: { command: string; states: CaseState[]; role: 'clerk' | 'handler' | 'head' }[] = [
  { command: 'acceptApplication', states: ['intake'], role: 'clerk' },
  { command: 'decidePreliminaryReview', states: ['preliminaryReview'], role: 'clerk' },
  { command: 'decideUpperReview', states: ['upperReview'], role: 'handler' },
  { command: 'notifyExit', states: ['active', 'disbursement'], role: 'handler' },
  { command: 'concludeExit', states: ['exiting'], role: 'handler' },
  { command: 'recordFollowUp', states: ['phaseOut'], role: 'clerk' },
];

/** Something that the case's union must not do now: out of place, out of date, out of role, money that does not exist. */
export function mischiefFor(view: CaseView, random: Random): Mischief {
  const union = view.hardshipFile?.ownerOrgId ?? view.reviewerOrgId ?? view.grassrootsOrgId;
  const outOfPlace = BELONGS_TO.filter(({ states, role }) => !states.includes(view.state) && (role === 'clerk' || union !== view.grassrootsOrgId)).map(({ command, role }) => {
    const orgId = role === 'clerk' ? view.grassrootsOrgId : union;
    return { operation: command, as: `${orgId}.${role}`, input: inputOf(view, command, role, orgId, random) };
  });
  const [task] = view.awaiting.filter(({ command }) => command !== 'resolveObjection');
  const [, county = ''] = /^(\w+-\w+)-/.exec(view.grassrootsOrgId) ?? [];
  return random.pick<Mischief>([
    ...outOfPlace,
    { operation: 'prepareDisbursement', as: `${county}.finance`, input: { paymentIds: ['plan-of-nobody-1'] } },
    ...(task
      ? [
          { operation: task.command, as: `${task.orgId}.${task.role}`, input: inputOf(view, task.command, task.role, task.orgId, random, task.kind), ifVersion: Math.max(0, view.version - 1) },
          { operation: task.command, as: `${county}.auditor`, input: inputOf(view, task.command, task.role, task.orgId, random, task.kind) },
        ]
      : []),
  ]);
}

function inputOf(view: CaseView, command: string, role: string, orgId: string, random: Random, kind: string | null = null): JsonObject {
  return INPUTS[command]?.(view, { command, kind, role, orgId }, { random, goesHome: true, isSimulated: true }) ?? {};
}
