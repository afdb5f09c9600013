import { z } from 'zod';
import { isIdNumber, normaliseIdNumber } from '../../domain/identity-number';
import { findCasesOfPerson } from '../../store/case-private.store';
import { transaction } from '../../store/db';
import { declarePerson, recuse } from '../../store/recusal.store';
import { findUsers } from '../../store/user.store';
import { userOf } from '../authentication';
import { COMMON_PROBLEMS, problems, type Api, type Services } from '../operation';
import { invalidInput, notFound, RefusedByRule } from '../problem';
import { both } from '../schema-messages';
import { IdNumber, PathId } from '../schemas/values';

/** Says only that it was taken down: whether there is a case of that person is nobody's to learn by asking. */
const Declared = z.object({ declared: z.literal(true) }).meta({ id: 'RelationDeclared' });

/** 回避: nobody sees or handles the case of the own household or of somebody near. */
export function relationRoutes(app: Api, { pool, keys, reader }: Services): void {
  const declare = async (person: { userId: string; idNumber: string; relation: 'self' | 'relative'; declaredBy: string }) => {
    const { userId, relation, declaredBy } = person;
    const idNumber = normaliseIdNumber(person.idNumber);
    if (!isIdNumber(idNumber)) throw new RefusedByRule([{ code: 'ID_NUMBER_INVALID', paths: ['idNumber'] }]);
    const personIndex = keys.index.of('idNumber', idNumber);
    await transaction(pool, async (db) => {
      // First the person, then the cases: one that is opened meanwhile waits, and finds the person.
      await declarePerson(db, { userId, personIndex, relation, declaredBy });
      for (const caseId of await findCasesOfPerson(db, personIndex)) await recuse(db, { userId, caseId, because: relation, declaredBy });
    });
  };

  app.post(
    '/v1/relations',
    {
      schema: {
        operationId: 'declareRelation',
        tags: ['relation'],
        summary: '申报应当回避的案件或亲属',
        body: z.object({ caseId: PathId.optional(), idNumber: IdNumber.optional().meta({ description: 'of the relative; kept as a keyed hash only' }) }),
        response: { 201: Declared, ...COMMON_PROBLEMS, ...problems(422) },
      },
    },
    async (request, reply) => {
      const user = userOf(request);
      const { caseId, idNumber } = request.body;
      if ((caseId === undefined) === (idNumber === undefined)) {
        throw invalidInput([{ path: 'body', message: both('请填写案件或身份证号码其中一项', 'name a case or an ID number, one of the two') }]);
      }
      if (caseId !== undefined) {
        const { record } = await reader.get(caseId, user);
        await recuse(pool, { userId: user.id, caseId: record.caseId, because: 'declared', declaredBy: user.id });
      }
      if (idNumber !== undefined) await declare({ userId: user.id, idNumber, relation: 'relative', declaredBy: user.id });
      return reply.code(201).send({ declared: true as const });
    },
  );

  app.post(
    '/v1/users/:userId/identity',
    {
      schema: {
        operationId: 'declareIdentity',
        tags: ['relation'],
        summary: '登记工作人员身份（仅用于回避，不保存号码）',
        params: z.object({ userId: z.string().max(100) }),
        body: z.object({ idNumber: IdNumber }),
        response: { 201: Declared, ...COMMON_PROBLEMS, ...problems(422) },
      },
    },
    async (request, reply) => {
      const user = userOf(request);
      const [subject] = await findUsers(pool, [request.params.userId]);
      if (!subject?.orgPath.startsWith(user.orgPath)) throw notFound();
      await declare({ userId: subject.id, idNumber: request.body.idNumber, relation: 'self', declaredBy: user.id });
      return reply.code(201).send({ declared: true as const });
    },
  );
}
