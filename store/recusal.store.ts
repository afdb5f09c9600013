import type { Db } from './db';

/** Why a case is closed for somebody: the own household, that of a relative, or declared. */
export type RecusalReason = 'self' | 'relative' | 'declared';

/** Whether a case is closed for one of these users. */
export async function isRecused(db: Db, users: readonly string[], caseId: string): Promise<boolean> {
  const { rowCount } = await db.query({ name: 'isRecused', text: 'select from recusal where user_id = any($1) and case_id = $2 limit 1', values: [users, caseId] });
  return (rowCount ?? 0) > 0;
}

/** Those of these users for whom a case is closed. */
export async function listRecused(db: Db, users: readonly string[], caseId: string): Promise<string[]> {
  const { rows } = await db.query<{ userId: string }>({
    name: 'listRecused',
    text: 'select user_id as "userId" from recusal where user_id = any($1) and case_id = $2 order by user_id',
    values: [users, caseId],
  });
  return rows.map(({ userId }) => userId);
}

/** Closes a case for a user; one that is closed already stays so. */
export async function recuse(db: Db, { userId, caseId, because, declaredBy }: { userId: string; caseId: string; because: RecusalReason; declaredBy: string }): Promise<void> {
  await db.query('insert into recusal (user_id, case_id, because, declared_by) values ($1, $2, $3, $4) on conflict do nothing', [userId, caseId, because, declaredBy]);
}

/**
 * Closes a case for everybody who has declared the one that it follows: it is the same household's. Who is near to one of its persons is found by
 * the person.
 */
export async function recuseAsBefore(db: Db, caseId: string, previousCaseId: string): Promise<void> {
  await db.query({
    name: 'recuseAsBefore',
    text: `insert into recusal (user_id, case_id, because, declared_by) select user_id, $1, because, declared_by from recusal where case_id = $2 and because = 'declared'
           on conflict do nothing`,
    values: [caseId, previousCaseId],
  });
}

/** Namespace of the locks on persons; see {@link lockPersons}. */
const PERSON_LOCK = 4_201_111;

/**
 * Lets one transaction after another look for who is near to a person, until each has ended. A declaration looks for cases and a filing for
 * declarations: of two at once that do not see each other, neither would find anything. To be called before either writes or looks.
 */
async function lockPersons(db: Db, personIndexes: readonly Buffer[]): Promise<void> {
  await db.query({
    name: 'lockPersons',
    // In the order of the locks themselves, so that two households with the same persons do not wait for each other.
    text: `select pg_advisory_xact_lock($1, key) from (select distinct hashtext(encode(person, 'hex')) as key from unnest($2::bytea[]) as p (person) order by 1) as ordered`,
    values: [PERSON_LOCK, personIndexes],
  });
}

/** Closes a case for everybody who is, or has declared to be near to, one of these persons, and for whoever declares it until the transaction ends. */
export async function recuseRelated(db: Db, caseId: string, personIndexes: readonly Buffer[]): Promise<void> {
  await lockPersons(db, personIndexes);
  await db.query({
    name: 'recuseRelated',
    text: `insert into recusal (user_id, case_id, because) select user_id, $1, min(relation) from related_person where person_index = any($2::bytea[]) group by user_id
           on conflict do nothing`,
    values: [caseId, personIndexes],
  });
}

/** Writes down whom a user is or is near to. Cases of the person that are filed meanwhile find this, or have ended and are found afterwards. */
export async function declarePerson(db: Db, { userId, personIndex, relation, declaredBy }: { userId: string; personIndex: Buffer; relation: 'self' | 'relative'; declaredBy: string }): Promise<void> {
  await lockPersons(db, [personIndex]);
  await db.query(
    `insert into related_person (user_id, person_index, relation, declared_by) values ($1, $2, $3, $4)
     on conflict (user_id, person_index) do update set relation = excluded.relation`,
    [userId, personIndex, relation, declaredBy],
  );
}
