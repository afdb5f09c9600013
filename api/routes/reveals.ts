import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { mayReveal, PERSONAL_FIELDS, personalValue } from '../../access/field-masks';
import { maskText, withoutPersons } from '../../access/free-text';
import { relationsFor } from '../../access/operations';
import { relationsTo } from '../../access/relations';
import type { PersonalData } from '../../access/personal-data';
import type { CaseState } from '../../domain/case-facts';
import type { CaseRecord } from '../../domain/case-record';
import { insertReveal, listReveals, type Reveal } from '../../store/reveal.store';
import { findRoles, type User } from '../../store/user.store';
import { userOf } from '../authentication';
import { CursorInstant, decodeCursor, encodeCursor } from '../cursor';
import { COMMON_PROBLEMS, type Api, type Services } from '../operation';
import { forbidden, invalidInput, notFound } from '../problem';
import { both } from '../schema-messages';
import { CasePath, ListQuery } from '../schemas/values';
import { scopeOf } from '../scope';

const MEMBER_FIELD = /^member\./;

const Asked = z.object({
  field: z.enum(PERSONAL_FIELDS),
  memberNo: z.int().min(1).max(99).optional().meta({ description: 'of which member, for fields that begin with member.' }),
  reason: z.string().trim().min(5).max(500).meta({ description: 'kept, and told to the person who asks' }),
});

const RevealSchema = z
  .object({
    id: z.string(),
    field: z.enum(PERSONAL_FIELDS),
    memberNo: z.int().nullable(),
    user: z.string(),
    onBehalfOf: z.string().nullable(),
    reason: z.string(),
    revealedAt: z.string(),
  })
  .meta({ id: 'Reveal' });

/** One personal field as it is, for somebody who needs it and says why; and the list of who did. */
export function revealRoutes(app: Api, { pool, records, keys, reader, tables }: Services): void {
  const stands = ({ territory, standing, hardshipFile }: CaseRecord, user: User): boolean => {
    const pathOf = (orgId: string | undefined) => (orgId === undefined ? null : (tables.organisations.get(orgId)?.path ?? null));
    const places = { grassroots: pathOf(territory.grassrootsOrgId), reviewer: pathOf(standing?.reviewerOrgId), owner: pathOf(hardshipFile?.ownerOrgId) };
    const allowed = relationsFor('revealField', user.roles);
    return relationsTo(places, user.orgPath).some((relation) => allowed.has(relation));
  };

  /** Who it was by role, as it is today; why, in the words that were given. */
  const toTheApplicant = async (reveals: readonly Reveal[], personal: PersonalData, state: CaseState): Promise<Reveal[]> => {
    const roles = await findRoles(pool, reveals.flatMap(({ userId, onBehalfOf }) => [userId, ...(onBehalfOf === null ? [] : [onBehalfOf])]));
    const roleOf = (userId: string) => roles.get(userId)?.join(', ') ?? '';
    return reveals.map((reveal) => ({
      ...reveal,
      userId: roleOf(reveal.userId),
      onBehalfOf: reveal.onBehalfOf === null ? null : roleOf(reveal.onBehalfOf),
      reason: withoutPersons(reveal.reason, personal, { roles: ['applicant'], state }),
    }));
  };

  app.post(
    '/v1/cases/:caseId/reveals',
    {
      schema: {
        operationId: 'revealField',
        tags: ['case'],
        summary: '查看一项完整的个人信息（须说明理由，留痕）',
        params: CasePath,
        body: Asked,
        response: { 201: z.object({ field: z.enum(PERSONAL_FIELDS), memberNo: z.int().nullable(), value: z.string(), revealedAt: z.string() }), ...COMMON_PROBLEMS },
      },
    },
    async (request, reply) => {
      const user = userOf(request);
      const { field, memberNo, reason } = request.body;
      if (MEMBER_FIELD.test(field) !== (memberNo !== undefined)) {
        throw invalidInput([{ path: 'body.memberNo', message: both('仅家庭成员的信息须填写成员编号', 'belongs to the fields of members, and to no others') }]);
      }
      const db = records.of(scopeOf(user));
      const stored = await reader.get(request.params.caseId, user, db);
      const { record } = stored;
      if (!stands(record, user) || !mayReveal(field, { roles: user.roles, state: record.state })) throw forbidden();
      const value = personalValue(field, await reader.personalOf(stored), memberNo);
      if (value === undefined) throw notFound();
      const entry = { id: randomUUID(), caseId: record.caseId, field, memberNo: memberNo ?? null, userId: user.id, onBehalfOf: user.onBehalfOf ?? null, reason };
      const revealedAt = await insertReveal(db, keys, entry);
      return reply.code(201).header('cache-control', 'no-store').send({ field, memberNo: memberNo ?? null, value, revealedAt: revealedAt.toISOString() });
    },
  );

  app.get(
    '/v1/cases/:caseId/reveals',
    {
      schema: {
        operationId: 'listReveals',
        tags: ['case'],
        summary: '谁查看过完整的个人信息',
        description: 'To the applicant of the case: roles in the place of names.',
        params: CasePath,
        querystring: z.object(ListQuery),
        response: { 200: z.object({ items: z.array(RevealSchema), nextCursor: z.string().nullable() }), ...COMMON_PROBLEMS },
      },
    },
    async (request) => {
      const user = userOf(request);
      const db = records.of(scopeOf(user));
      const stored = await reader.get(request.params.caseId, user, db);
      const { record } = stored;
      const { limit, cursor } = request.query;
      const before = decodeCursor(cursor, z.object({ revealedAt: CursorInstant, id: z.uuid() }));
      const reveals = await listReveals(db, keys, record.caseId, { before, limit: limit + 1 });
      const page = reveals.slice(0, limit);
      const last = page.at(-1);
      const personal = await reader.personalOf(stored);
      // Why somebody looked is written by people like any opinion, and may name what was looked at.
      const toAuditors = () => page.map((reveal) => ({ ...reveal, reason: maskText(reveal.reason, personal, { roles: user.roles, state: record.state }) }));
      const told = user.applicant ? await toTheApplicant(page, personal, record.state) : toAuditors();
      return {
        items: told.map(({ userId, caseId, revealedAt, ...reveal }) => RevealSchema.parse({ ...reveal, user: userId, revealedAt: revealedAt.toISOString() })),
        nextCursor: reveals.length > limit && last ? encodeCursor({ revealedAt: last.revealedAt.toISOString(), id: last.id }) : null,
      };
    },
  );
}
