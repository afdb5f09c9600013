import { z } from 'zod';
import { userOf } from '../authentication';
import { COMMAND_PROBLEMS, type Api, type Services } from '../operation';
import { CaseSchema } from '../schemas/case';
import { CasePath, Instant } from '../schemas/values';

/** Moving the clock of a simulated case. */
export function simulationRoutes(app: Api, { reader, simulation }: Services): void {
  app.post(
    '/v1/cases/:caseId/simulation',
    {
      schema: {
        operationId: 'advanceSimulation',
        tags: ['simulation'],
        summary: '推进模拟时钟',
        params: CasePath,
        body: z.object({ to: Instant }),
        response: { 200: CaseSchema, ...COMMAND_PROBLEMS },
      },
    },
    async (request) => {
      const { caseId } = request.params;
      const user = userOf(request);
      await simulation.advance(await reader.get(caseId, user), Date.parse(request.body.to));
      return reader.view(caseId, user);
    },
  );
}
