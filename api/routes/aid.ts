import { z } from 'zod';
import { AID_TYPES } from '../../domain/aid-plan';
import type { Role } from '../../domain/case-facts';
import type { Vote } from '../../domain/collective-approval';
import { listRecused } from '../../store/recusal.store';
import { findUsers } from '../../store/user.store';
import type { Api, Services } from '../operation';
import { both } from '../schema-messages';
import { CasePath, Code, Fen, LongText, PlainDate, ShortText } from '../schemas/values';
import { caseCommand } from './case-command';

/** Who votes in collective approval (contract: roles). */
const VOTERS: readonly Role[] = ['head', 'leader', 'member1', 'member2', 'member3'];

/** ⑬ 提出帮扶方案，集体审批. */
export function aidRoutes(app: Api, services: Services): void {
  caseCommand(app, services, {
    command: 'proposeAidPlan',
    tag: 'aid',
    path: '/aid-plans',
    params: CasePath,
    body: z.object({
      items: z
        .array(
          z
            .object({
              aidType: z.enum(AID_TYPES),
              amountFen: Fen.min(1).optional(),
              measure: ShortText.optional(),
              period: ShortText.optional(),
              projectId: Code.optional(),
            })
            .refine((item) => item.amountFen !== undefined || item.measure !== undefined, both('应填写金额或帮扶措施', 'give an amount or a measure')),
        )
        .min(1)
        .max(50),
      selfPaidMedicalFen: z.object({ year: z.int().min(2000).max(2200), amountFen: Fen }).optional(),
    }),
    facts: ({ items, selfPaidMedicalFen }) => ({
      items: items.map(({ aidType, amountFen, projectId }) => ({ aidType, amountFen: amountFen ?? null, projectId })),
      selfPaidMedical: selfPaidMedicalFen,
    }),
  });

  caseCommand(app, services, {
    command: 'decideCollectively',
    tag: 'aid',
    path: '/collective-approval',
    params: CasePath,
    body: z.object({
      planId: z.string().max(100),
      heldOn: PlainDate,
      votes: z.array(z.object({ user: z.string().trim().min(1).max(100), vote: z.enum(['for', 'against', 'abstain', 'recused']) })).max(50),
      minutes: LongText,
    }),
    facts: async ({ planId, heldOn, votes }, { user, record }) => {
      const voters = votes.map((vote) => vote.user);
      const known = new Map((await findUsers(services.pool, voters)).map((voter) => [voter.id, voter]));
      // Whoever chairs writes down all votes: that somebody is near to the household, only the record knows.
      const near = new Set(await listRecused(services.pool, voters, record.caseId));
      const isEntitled = (name: string) => {
        const voter = known.get(name);
        return voter?.orgId === user.orgId && voter.roles.some((role) => VOTERS.includes(role));
      };
      return { planId, heldOn, votes: votes.map((vote): Vote => ({ ...vote, entitled: isEntitled(vote.user), ...(near.has(vote.user) && { near: true }) })) };
    },
  });
}
