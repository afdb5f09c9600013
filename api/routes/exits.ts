import { z } from 'zod';
import { EXIT_CONFIRMERS, EXIT_VERIFIERS } from '../../domain/case-facts';
import { type Api, type Services } from '../operation';
import { CasePath, LongText, PersonName, PlainDate, ShortText } from '../schemas/values';
import { caseCommand, NoBody } from './case-command';

/** ⑦ 脱困退出并告知, and the phase-out after it. */
export function exitRoutes(app: Api, services: Services): void {
  const command = { tag: 'exit', params: CasePath };

  caseCommand(app, services, { ...command, command: 'notifyExit', path: '/exit', body: NoBody, facts: () => ({}) });

  caseCommand(app, services, {
    ...command,
    command: 'confirmExit',
    path: '/exit/confirmations',
    body: z.object({ by: z.enum(EXIT_CONFIRMERS) }),
    facts: ({ by }) => ({ kind: by }),
  });

  caseCommand(app, services, {
    ...command,
    command: 'refuseExit',
    path: '/exit/refusal',
    body: z.object({ validReason: z.boolean(), reason: LongText, evidence: ShortText.optional() }),
    facts: ({ validReason }) => ({ validReason }),
  });

  caseCommand(app, services, {
    ...command,
    command: 'verifyExit',
    path: '/exit/verifications',
    body: z.object({ by: z.enum(EXIT_VERIFIERS), finding: LongText }),
    facts: ({ by }) => ({ kind: by }),
  });

  caseCommand(app, services, {
    ...command,
    command: 'concludeExit',
    path: '/exit/conclusion',
    body: z.object({
      phaseOutMonths: z.int().min(0).max(120).optional().meta({ description: "left out: the profile's default" }),
      contactPerson: PersonName.optional().meta({ description: '联系人; left out: the grassroots union' }),
    }),
    facts: ({ phaseOutMonths }) => ({ phaseOutMonths }),
  });

  caseCommand(app, services, {
    ...command,
    command: 'recordFollowUp',
    path: '/follow-ups',
    body: z.object({ metOn: PlainDate, finding: LongText }),
    facts: ({ metOn }) => ({ metOn }),
  });
}
