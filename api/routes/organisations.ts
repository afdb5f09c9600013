import { z } from 'zod';
import { userOf } from '../authentication';
import { COMMON_PROBLEMS, type Api, type Services } from '../operation';

const OrganisationSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    level: z.string(),
    kind: z.string(),
    parentId: z.string().nullable(),
    regionCode: z.string().nullable(),
    serviceCentre: z.string().nullable(),
  })
  .meta({ id: 'Organisation' });

/** The union tree below one's own organisation: for choosing where a case belongs. */
export function organisationRoutes(app: Api, { tables }: Services): void {
  app.get(
    '/v1/organisations',
    {
      schema: {
        operationId: 'listOrganisations',
        tags: ['organisation'],
        summary: '本级及下级工会组织',
        response: { 200: z.object({ items: z.array(OrganisationSchema) }), ...COMMON_PROBLEMS },
      },
    },
    (request) => {
      const { orgPath } = userOf(request);
      return { items: [...tables.organisations.values()].filter((org) => org.path.startsWith(orgPath)) };
    },
  );
}
