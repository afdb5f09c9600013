import { z } from 'zod';
import { assess, standardDateFor } from '../../domain/assessment';
import { livingStandardOn } from '../../domain/living-standard';
import { checkMaterials } from '../../domain/materials';
import { policyInForce } from '../../domain/reference';
import type { Decision } from '../../domain/refusal';
import { resolveTerritory } from '../../domain/routing';
import { standingOf } from '../../domain/standing';
import { noticePeriod } from '../../domain/working-days';
import { mustNameKnownOrganisations } from '../organisation-check';
import { userOf } from '../authentication';
import { COMMON_PROBLEMS, problems, type Api, type Services } from '../operation';
import { invalidInput, RefusedByRule } from '../problem';
import { both } from '../schema-messages';
import { AssessmentSchema, MaterialCheckSchema } from '../schemas/case';
import { ClaimedExpenses, EmployerPlace, Household, factsOf, Materials, ResidencePlace } from '../schemas/household';
import { Fen, OrgId, PlainDate } from '../schemas/values';
import type { User } from '../../store/user.store';

const RULE_PROBLEMS = { ...COMMON_PROBLEMS, ...problems(422) };

/** The rules without a case: same functions, no side effect. */
export function calculatorRoutes(app: Api, { tables }: Services): void {
  /** Length of a notice by the policy of the caller's own organisation. */
  const workingDaysOf = (user: User, date: string): number => {
    const orgPath = user.orgPath.split('/').filter(Boolean).reverse();
    return must(policyInForce(tables.forTerritory({ orgPath, regionCode: '' }), date)).notice.workingDays.value;
  };

  app.post(
    '/v1/calculators/assessment',
    {
      schema: {
        operationId: 'assessHousehold',
        tags: ['calculator'],
        summary: '试算困难类别',
        body: z.object({
          onDate: PlainDate,
          applicationOn: PlainDate.optional(),
          employer: EmployerPlace.nullable(),
          residence: ResidencePlace,
          household: Household,
          minLivingStandardFen: Fen.min(1).optional(),
        }),
        response: {
          200: z.object({
            assessment: AssessmentSchema,
            reviewerOrgId: z.string(),
            noticesRequired: z.int(),
            comparisonRequired: z.boolean(),
            recheckMonths: z.int().nullable(),
            phaseOut: z.object({ min: z.int(), max: z.int() }).nullable(),
            policyProfile: z.object({ id: z.string(), version: z.int() }),
          }),
          ...RULE_PROBLEMS,
        },
      },
    },
    ({ body }) => {
      mustNameKnownOrganisations(tables.organisations, body);
      const territory = must(resolveTerritory(tables.organisations, body));
      const reference = tables.forTerritory(territory);
      const policy = must(policyInForce(reference, body.onDate));
      const standard = body.minLivingStandardFen
        ? { regionCode: territory.regionCode, from: body.onDate, fenPerPersonMonth: body.minLivingStandardFen, basis: 'fixture' as const, source: 'given by the caller' }
        : must(livingStandardOn(reference.standards, territory.regionCode, standardDateFor(policy, body.applicationOn ?? body.onDate, body.onDate)));
      const assessment = must(assess({ household: factsOf(body.household), onDate: body.onDate, standard, policy }));
      const standing = must(standingOf(assessment.recommended, territory, policy));
      return {
        assessment,
        reviewerOrgId: standing.reviewerOrgId,
        noticesRequired: standing.noticesRequired,
        comparisonRequired: standing.comparison.required,
        recheckMonths: standing.recheckMonths,
        phaseOut: standing.phaseOut && { min: standing.phaseOut.minMonths, max: standing.phaseOut.maxMonths },
        policyProfile: { id: policy.id, version: policy.version },
      };
    },
  );

  app.post(
    '/v1/calculators/materials',
    {
      schema: {
        operationId: 'checkMaterials',
        tags: ['calculator'],
        summary: '核对申请资料',
        body: z.object({ orgId: OrgId, onDate: PlainDate, claimedExpenses: ClaimedExpenses, materials: Materials }),
        response: { 200: MaterialCheckSchema, ...RULE_PROBLEMS },
      },
    },
    ({ body: { orgId, onDate, claimedExpenses, materials } }) => {
      if (!tables.organisations.has(orgId)) throw invalidInput([{ path: 'body.orgId', message: both('没有这个工会组织', 'there is no such organisation') }]);
      const authorizationSigned = materials.some((material) => material.kind === 'checkAuthorization');
      return checkMaterials({ materials, claimedExpenses, onDate, authorizationSigned });
    },
  );

  app.post(
    '/v1/calculators/notice-period',
    {
      schema: {
        operationId: 'computeNoticePeriod',
        tags: ['calculator'],
        summary: '计算公示期',
        body: z.object({ postedOn: PlainDate, workingDays: z.int().min(1).max(250).optional() }),
        response: { 200: z.object({ countedDays: z.array(z.string()), closesOn: z.string() }), ...RULE_PROBLEMS },
      },
    },
    (request) => {
      const { postedOn, workingDays } = request.body;
      return must(noticePeriod(postedOn, workingDays ?? workingDaysOf(userOf(request), postedOn), tables.calendar));
    },
  );
}

function must<T>(decision: Decision<T>): T {
  if (!decision.accepted) throw new RefusedByRule(decision.refusals);
  return decision.value;
}
