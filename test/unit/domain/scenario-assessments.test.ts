import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assess } from '../../../domain/assessment';
import type { Household } from '../../../domain/household';
import { livingStandardOn } from '../../../domain/living-standard';
import { policyOn } from '../../../domain/policy';
import { resolveTerritory } from '../../../domain/routing';
import type { TerritoryFacts } from '../../../domain/routing';
import { standingOf } from '../../../domain/standing';
import { loadPolicies, policiesForOrg } from '../../../policies/load';
import { loadReference } from '../../../policies/reference';
import { valueOf } from './given';

interface Assessing {
  do: 'assessHousehold';
  with: TerritoryFacts & { onDate: string; household: Household };
  expect: Record<string, unknown>;
}

const SCENARIOS = join(__dirname, '../../scenarios');
const loaded = loadPolicies();
const reference = loadReference();

const assessments = readdirSync(SCENARIOS).flatMap((file) => {
  const scenario = JSON.parse(readFileSync(join(SCENARIOS, file), 'utf8')) as {
    title: string;
    id: string;
    steps: (Assessing | { do?: never })[];
  };
  return scenario.steps.flatMap((step) =>
    step.do === 'assessHousehold' ? [{ name: `${scenario.id} ${scenario.title}`, step }] : [],
  );
});

/** What the calculator of the API answers, put together from the rules alone. */
function answer({ onDate, household, ...facts }: Assessing['with']) {
  const territory = valueOf(resolveTerritory(reference.organisations, facts));
  const policy = policyOn(policiesForOrg(territory.orgPath, loaded), onDate);
  if (!policy) throw new Error(`no policy for ${territory.grassrootsOrgId} on ${onDate}`);
  const standard = valueOf(livingStandardOn(reference.livingStandards, territory.regionCode, onDate));
  const assessment = valueOf(assess({ household, onDate, standard, policy }));
  const standing = valueOf(standingOf(assessment.recommended, territory, policy));
  return {
    assessment,
    reviewerOrgId: standing.reviewerOrgId,
    noticesRequired: standing.noticesRequired,
    comparisonRequired: standing.comparison.required,
    recheckMonths: standing.recheckMonths,
    phaseOut: standing.phaseOut,
    policyProfile: { id: policy.id, version: policy.version },
  };
}

test('there are scenarios to assess', () => {
  expect(assessments.length).toBeGreaterThan(10);
});

test.each(assessments)('$name', ({ step }) => {
  expect(answer(step.with)).toMatchObject(step.expect);
});
