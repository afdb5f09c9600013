import { z } from 'zod';
import { COMPARISON_RESULTS, REVIEW_DECISIONS } from '../../domain/case-facts';
import { HARDSHIP_CLASSES } from '../../domain/hardship-class-names';
import type { ReviewFacts } from '../../domain/decisions/review';
import { replacedHousehold } from '../household-check';
import type { Api, Services } from '../operation';
import { CaseHousehold } from '../schemas/household';
import { CasePath, Code, Fen, LongText } from '../schemas/values';
import { caseCommand } from './case-command';

const Review = z.object({
  decision: z.enum(REVIEW_DECISIONS),
  hardshipClass: z.enum(HARDSHIP_CLASSES).optional(),
  classReason: LongText.optional(),
  opinion: LongText,
  stillStruggling: z
    .object({ reason: LongText, group: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]), subReason: Code.optional() })
    .optional(),
});

/** 初审, 审核 and 信息比对. */
export function reviewRoutes(app: Api, services: Services): void {
  caseCommand(app, services, {
    command: 'decidePreliminaryReview',
    tag: 'review',
    path: '/preliminary-review',
    params: CasePath,
    body: Review,
    facts: reviewFacts,
  });

  caseCommand(app, services, {
    command: 'decideUpperReview',
    tag: 'review',
    path: '/upper-review',
    params: CasePath,
    body: Review,
    facts: reviewFacts,
  });

  caseCommand(app, services, {
    command: 'recordComparison',
    tag: 'review',
    path: '/comparisons',
    params: CasePath,
    body: z.object({
      result: z.enum(COMPARISON_RESULTS),
      extraIncomeFen: Fen.optional(),
      findings: LongText.optional(),
      household: CaseHousehold.optional(),
    }),
    facts: async ({ result, extraIncomeFen, household }, { record }) => ({
      result,
      extraIncomeFen: extraIncomeFen ?? 0,
      household: household && (await replacedHousehold(services, record, household)),
    }),
  });
}

function reviewFacts({ decision, hardshipClass, classReason, stillStruggling }: z.infer<typeof Review>): ReviewFacts {
  return {
    decision,
    hardshipClass,
    hasClassReason: classReason !== undefined,
    stillStruggling: stillStruggling && { group: stillStruggling.group, subReason: stillStruggling.subReason },
  };
}
