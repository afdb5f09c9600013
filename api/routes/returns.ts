import { z } from 'zod';
import { HARDSHIP_CLASSES } from '../../domain/hardship-class-names';
import { userOf } from '../authentication';
import { CaseHasLeft } from '../case-commands';
import { relapsedCase } from '../new-cases';
import { COMMAND_PROBLEMS, CommandHeaders, keyAndVersion, type Api, type Services } from '../operation';
import { Simulation } from '../schemas/application';
import { CaseSchema } from '../schemas/case';
import { CasePath, LongText, ShortText } from '../schemas/values';
import type { StoredCase } from '../../store/case.store';
import { COMMAND_WORDS } from '../../workflows/case/words';
import { caseCommand } from './case-command';

/** 返困即入: inside the phase-out the same file again, after it a new case that is linked to the old one. */
export function returnRoutes(app: Api, services: Services): void {
  const { commands, openings, reader } = services;

  app.post(
    '/v1/cases/:caseId/relapse',
    {
      schema: {
        operationId: 'reportRelapse',
        tags: ['return'],
        summary: COMMAND_WORDS.reportRelapse,
        description: 'In the phase-out: 200 with the case. Of a file that has left: 201 with a new case that follows it.',
        params: CasePath,
        headers: CommandHeaders,
        body: z.object({ cause: ShortText, about: LongText, simulation: Simulation.optional() }),
        response: { 200: CaseSchema, 201: CaseSchema, ...COMMAND_PROBLEMS },
      },
    },
    async (request, reply) => {
      const user = userOf(request);
      const { caseId } = request.params;
      const asked = { user, ...keyAndVersion(request.headers) };
      const open = async (left: StoredCase) => {
        const opened = await openings.open(relapsedCase(services, left, request.body, asked));
        request.openedCaseId = opened.caseId;
        request.audited.isRepeat = opened.isRepeat;
        // A report from the phase-out that comes again is answered as it was then.
        return reply.code(opened.caseId === caseId ? 200 : 201).send(await reader.viewAfter(opened.caseId, opened, user));
      };
      const stored = await reader.get(caseId, user);
      if (stored.record.state === 'closed') return open(stored);
      try {
        const done = await commands.carryOut({ command: 'reportRelapse', caseId, body: request.body, facts: () => ({}), outlivesCase: true, ...asked });
        request.audited.isRepeat = done.isRepeat;
        return await reader.viewAfter(caseId, done, user);
      } catch (error) {
        // The phase-out has ended between our look and the report.
        if (error instanceof CaseHasLeft) return open(await reader.get(caseId, user));
        throw error;
      }
    },
  );

  caseCommand(app, services, {
    command: 'dismissRelapse',
    tag: 'return',
    path: '/relapse/dismissal',
    params: CasePath,
    body: z.object({ reason: LongText }),
    facts: () => ({}),
  });

  caseCommand(app, services, {
    command: 'reopenFile',
    tag: 'return',
    path: '/reopening',
    params: CasePath,
    body: z.object({ hardshipClass: z.enum(HARDSHIP_CLASSES), reason: LongText }),
    facts: ({ hardshipClass }) => ({ hardshipClass }),
  });
}
