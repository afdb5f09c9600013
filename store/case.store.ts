import type { CaseRecord } from '../domain/case-record';
import type { Reach } from '../access/relations';
import { PERSONAL_COLUMNS, sealedPersonalOf, type PersonalColumns, type SealedPersonal } from './case-private.store';
import type { SealedBody } from './command.store';
import { caseInReach, ownCases, reachName, valueOfReach, waysOf } from './case-reach';
import { asked, conditionsOf } from './conditions';
import type { Db } from './db';

/** A case as it is read for what is decided about it: its record and its clock's distance from the wall clock in ms. */
export interface KnownCase {
  record: CaseRecord;
  clockOffsetMs: number;
  /** Which reference tables the case decides by at the moment. */
  referenceDigest: string;
}

/** A case as lists show it and as `getCase` builds on. */
export interface StoredCase extends KnownCase {
  /** Read with the case, because whoever shows a case shows it as well, and opened only then; null where there is none. */
  personal: SealedPersonal | null;
  /** What people sent with the plans that were proposed, under the same key; read with the case for the same reason. */
  proposals: SealedBody[];
}

/** Of a `hardship_case c`. */
const COLUMNS = `c.record, k.clock_offset_ms as "clockOffsetMs", k.reference_digest as "referenceDigest", ${PERSONAL_COLUMNS}, m.ids as "proposalIds", m.bodies as "proposalBodies"`;
const JOINS = `join case_runtime k on k.case_id = c.id left join (case_private p join case_key y on y.case_id = p.case_id) on p.case_id = c.id
  cross join lateral (select array_agg(id) as ids, array_agg(body) as bodies from command
                       where case_id = c.id and operation = 'proposeAidPlan' and state = 'accepted') m`;

type CaseColumns = KnownCase & PersonalColumns & { proposalIds: string[] | null; proposalBodies: Buffer[] | null };

function storedCaseOf({ record, clockOffsetMs, referenceDigest, proposalIds, proposalBodies, ...personal }: CaseColumns): StoredCase {
  const proposals = (proposalBodies ?? []).map((body, n) => ({ id: proposalIds?.[n] ?? '', body }));
  return { record, clockOffsetMs, referenceDigest, personal: sealedPersonalOf(personal), proposals };
}

/** The case, when it is within somebody's reach; undefined otherwise, so that foreign cases look unknown. */
export async function findCase(db: Db, caseId: string, reach: Reach): Promise<StoredCase | undefined> {
  const { rows } = await db.query<CaseColumns>({
    name: `findCase(${reachName(reach)})`,
    text: `select ${COLUMNS} from hardship_case c ${JOINS} where c.id = $1 and ${caseInReach(reach, '$2::text', 'c')}`,
    values: [caseId, valueOfReach(reach)],
  });
  return rows[0] && storedCaseOf(rows[0]);
}

/** The case whatever its organisations: for what the service does on its own behalf. */
export async function findAnyCase(db: Db, caseId: string): Promise<StoredCase | undefined> {
  const { rows } = await db.query<CaseColumns>({
    name: 'findAnyCase',
    text: `select ${COLUMNS} from hardship_case c ${JOINS} where c.id = $1`,
    values: [caseId],
  });
  return rows[0] && storedCaseOf(rows[0]);
}

export interface CaseFilter {
  state?: string;
  hardshipClass?: string;
  orgId?: string;
  recheckDueBefore?: string;
  /** Blind indexes of what the applicant, or a member of the household, is found by. */
  person?: { nameIndex?: Buffer; idIndex?: Buffer; phoneIndex?: Buffer; cardIndex?: Buffer };
  /** Case number after which the page begins. */
  after?: string;
  limit: number;
}

/** What makes a case an organisation's own; each has an index by number. */
const BELONGS_BY = ['grassroots_org_id', 'reviewer_org_id', 'owner_org_id'] as const;

/** Cases within somebody's reach, by number; keyset pages, no counts. */
export async function listCases(db: Db, reach: Reach, filter: CaseFilter): Promise<StoredCase[]> {
  if (reach.unions.length === 0 && reach.applicant === undefined) return [];
  const { text, name, values } = conditionsOf(
    [valueOfReach(reach), filter.limit],
    [
      { name: 'state', values: asked(filter.state), text: (value) => `state = ${value}` },
      { name: 'hardshipClass', values: asked(filter.hardshipClass), text: (value) => `hardship_class = ${value}` },
      { name: 'orgId', values: asked(filter.orgId), text: (value) => `${value} in (${BELONGS_BY.join(', ')})` },
      { name: 'recheckDueBefore', values: asked(filter.recheckDueBefore), text: (value) => `recheck_due_on < ${value}::date` },
      { name: 'name', values: asked(filter.person?.nameIndex), text: (value) => `id in (select case_id from case_private where name_index = ${value})` },
      { name: 'id', values: asked(filter.person?.idIndex), text: (value) => `id in (select case_id from case_private where id_indexes @> array[${value}::bytea])` },
      { name: 'phone', values: asked(filter.person?.phoneIndex), text: (value) => `id in (select case_id from case_private where phone_index = ${value})` },
      { name: 'card', values: asked(filter.person?.cardIndex), text: (value) => `id in (select case_id from case_private where card_index = ${value})` },
      { name: 'after', values: asked(filter.after), text: (value) => `number > ${value}` },
    ],
  );
  // A page of each organisation and each way in which a case can be its own, then one of all of them: otherwise every number
  // from the first one on would be looked at until the page is full.
  const ofUnions = waysOf(reach, '$1').map(
    ({ column, condition }) => `select of_org.* from organisation o cross join lateral (
                   select id, number from hardship_case where ${column} = o.id ${text} order by number limit $2
                 ) of_org
                  where ${condition}`,
  );
  const pages = reach.applicant === undefined ? ofUnions : [`select id, number from ${ownCases('$1')} ${text}`];
  const { rows } = await db.query<CaseColumns>({
    name: `listCases(${reachName(reach)};${name})`,
    text: `with page as (${pages.join(' union ')} order by number limit $2)
           select ${COLUMNS} from page join hardship_case c on c.id = page.id ${JOINS} order by page.number`,
    values,
  });
  return rows.map(storedCaseOf);
}

/** Sets the distance of a simulated case's clock from the wall clock after it was moved. */
export async function saveClockOffset(db: Db, caseId: string, offsetMs: number): Promise<void> {
  await db.query('update case_runtime set clock_offset_ms = $2 where case_id = $1 and is_simulated', [caseId, Math.round(offsetMs)]);
}
