import { z } from 'zod';
import type { CaseRecord } from '../../domain/case-record';
import type { CommandFacts, CommandName } from '../../workflows/case/commands';
import { userOf } from '../authentication';
import { COMMAND_PROBLEMS, CommandHeaders, keyAndVersion, type Api, type Services } from '../operation';
import { CaseSchema } from '../schemas/case';
import type { CasePath } from '../schemas/values';
import { COMMAND_WORDS } from '../../workflows/case/words';
import type { User } from '../../store/user.store';

interface CaseCommandRoute<Name extends CommandName, Body extends z.ZodType<object>, Path extends z.ZodType<{ caseId: string }>> {
  command: Name;
  /** Group of the documentation. */
  tag: string;
  /** Below `/v1/cases/{caseId}`. */
  path: string;
  params: Path;
  body: Body;
  /** The coded facts of the body; text and names stay with the command's row. */
  facts: (input: z.infer<Body>, context: { record: CaseRecord; params: z.infer<Path>; user: User }) => CommandFacts[Name] | Promise<CommandFacts[Name]>;
}

/** A body that says nothing. */
export const NoBody = z.object({});

/** One command on one case, answered with the case as it is then. */
export function caseCommand<Name extends CommandName, Body extends z.ZodType<object>, Path extends z.ZodType<{ caseId: string }> = typeof CasePath>(
  app: Api,
  { commands, reader }: Services,
  route: CaseCommandRoute<Name, Body, Path>,
): void {
  app.post(
    `/v1/cases/:caseId${route.path}`,
    {
      schema: {
        operationId: route.command,
        tags: [route.tag],
        summary: COMMAND_WORDS[route.command],
        params: route.params,
        headers: CommandHeaders,
        body: route.body,
        response: { 200: CaseSchema, ...COMMAND_PROBLEMS },
      },
    },
    async (request) => {
      const user = userOf(request);
      const params = request.params as z.infer<Path>;
      const input = request.body as z.infer<Body>;
      const { caseId, ...rest } = params;
      const done = await commands.carryOut({
        command: route.command,
        caseId,
        user,
        body: { ...rest, ...input },
        facts: (record) => route.facts(input, { record, params, user }),
        ...keyAndVersion(request.headers as z.infer<typeof CommandHeaders>),
      });
      request.audited.isRepeat = done.isRepeat;
      return reader.viewAfter(caseId, done, user);
    },
  );
}
