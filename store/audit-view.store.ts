import type { AuditActorKind, AuditEntryContent, AuditKind } from './audit-entry.store';
import { asked, conditionsOf, type Condition } from './conditions';
import type { Db } from './db';

/** One line of the audit as people read it: an entry, or a command that was carried out. */
export interface AuditLine {
  at: Date;
  kind: AuditKind;
  operation: string;
  outcome: AuditEntryContent['outcome'];
  code: string | null;
  actorKind: AuditActorKind;
  actor: string | null;
  onBehalfOf: string | null;
  orgId: string | null;
  caseId: string | null;
  /** How many cases a list showed. */
  cases: number;
  requestId: string | null;
  address: string | null;
  details: Record<string, unknown>;
  /** Its place: in a chain of the audit, or in the events of a case (`event:<case id>`). */
  chain: string;
  seq: number;
}

/** One line of a list over many cases: of an attempt at what is not the reader's, place and case are not told. */
export type ListedLine = Omit<AuditLine, 'chain' | 'seq'> & { chain: string | null; seq: number | null };

/** How far a list has come: to this line. */
export type AuditPlace = Pick<AuditLine, 'chain' | 'seq'> & { at: string };

/** How far a list has come that does not tell all places: to an instant, of which so many lines were shown. */
export interface AuditMoment {
  at: string;
  shown: number;
}

export interface AuditFilter {
  kind?: AuditKind;
  actor?: string;
  operation?: string;
  outcome?: AuditEntryContent['outcome'];
  /** Instants: from the first on, before the second. */
  from?: string;
  until?: string;
  limit: number;
}

const COLUMNS = `at, kind, operation, outcome, code, "actorKind", actor, "onBehalfOf", "orgId", "caseId", cases, "requestId", address, details, chain, seq`;

const ENTRY_COLUMNS = `at, kind, operation, outcome, code, actor_kind as "actorKind", actor, on_behalf_of as "onBehalfOf", org_id as "orgId", coalesce(cardinality(case_ids), 0) as cases,
                         request_id as "requestId", address, details, case_ids as "caseIds"`;

const ENTRIES = `(select ${ENTRY_COLUMNS}, case_id as "caseId", chain, seq from audit_entry) entry`;

/** Of an entry `e`: whether its case is in the subtree `$1`. Counted, for of `exists` the planner may gather all cases of the subtree first. */
const IS_OF_SUBTREE = `(select count(*) from hardship_case c join organisation o on o.id in (c.grassroots_org_id, c.reviewer_org_id, c.owner_org_id)
                                where c.id = e.case_id and o.path like $1 || '%') > 0`;

/**
 * The entries as somebody reads them who may try out ids (ADR 013): an attempt at a case of others looks like one at nothing. Both
 * tell no place, for that of the one would be in the chain of the case and that of the other in that of the day.
 */
const SHOWN_ENTRIES = `(select ${ENTRY_COLUMNS}, case when e.is_told then case_id end as "caseId", case when e.is_told then chain end as chain, case when e.is_told then seq end as seq
                          from (select *, outcome = 'done' or ${IS_OF_SUBTREE} as is_told from audit_entry e) e) entry`;

/** Carried-out commands stand in the chains of their cases: each with the first of its events. */
const COMMANDS = `(select v.recorded_at as at, 'command' as kind, c.operation, 'done' as outcome, null as code,
                          case when v.actor is null then 'anonymous' when v.actor like 'machine:%' then 'machine' when v.actor like 'applicant:%' then 'applicant' else 'user' end as "actorKind",
                          v.actor, v.on_behalf_of as "onBehalfOf", coalesce(u.org_id, m.org_id) as "orgId", v.case_id as "caseId", 0 as cases, null as "requestId", null as address,
                          '{}'::jsonb as details, ('event:' || v.case_id) collate "C" as chain, v.seq
                     from case_event v join command c on c.id = v.command_id left join app_user u on u.id = v.actor
                     left join machine_client m on v.actor like 'machine:%' and m.id = substr(v.actor, 9)
                    where v.command_id is not null
                      and not exists (select from case_event p where p.case_id = v.case_id and p.seq = v.seq - 1 and p.command_id = v.command_id)) command`;

const NEWEST_FIRST = 'order by at desc, chain desc, seq desc';

/** What comes first of one instant is told by what is shown of it, and by nothing else. */
const NEWEST_FIRST_AS_SHOWN = 'order by at desc, chain desc nulls last, seq desc nulls last, "requestId" desc nulls last, operation, actor';

/**
 * What people of the subtree `orgPath` did and tried, newest first; pages go on from an instant.
 *
 * @param withNobodys also what belongs to no organisation: attempts of nobody in particular, operators' tools
 * @param before where the page before this one ended
 */
export async function listAudit(db: Db, { orgPath, withNobodys }: { orgPath: string; withNobodys: boolean }, filter: AuditFilter, before?: AuditMoment): Promise<ListedLine[]> {
  const shown = before?.shown ?? 0;
  const until: Condition = { name: 'before', values: asked(before?.at), text: (at) => `at <= ${at}::timestamptz` };
  const { text, name, values } = conditionsOf([orgPath, filter.limit + shown], [...conditions(filter), until]);
  const isOfSomeActor = filter.actor !== undefined;
  // A page of each organisation, person or machine, then one of all of them: the page costs no more where the audit is long.
  const ofOrganisations = isOfSomeActor
    ? `select ${COLUMNS} from ${SHOWN_ENTRIES} where "orgId" = any (array(select id from organisation where path like $1 || '%')) ${text} ${NEWEST_FIRST_AS_SHOWN} limit $2`
    : `select of_org.* from organisation o cross join lateral (
         select ${COLUMNS} from ${SHOWN_ENTRIES} where "orgId" = o.id ${text} ${NEWEST_FIRST_AS_SHOWN} limit $2) of_org where o.path like $1 || '%'`;
  const ofNobody = `select ${COLUMNS} from ${SHOWN_ENTRIES} where "orgId" is null ${text}
           and (outcome <> 'done' or "caseId" is null or exists (select from hardship_case c join organisation o on o.id in (c.grassroots_org_id, c.reviewer_org_id, c.owner_org_id)
                                             where c.id = "caseId" and o.path like $1 || '%')) ${NEWEST_FIRST_AS_SHOWN} limit $2`;
  const ofPeople = `select of_person.* from app_user p join organisation o on o.id = p.org_id cross join lateral (
         select ${COLUMNS} from ${COMMANDS} where actor = p.id ${text} ${NEWEST_FIRST_AS_SHOWN} limit $2) of_person where o.path like $1 || '%'`;
  const ofMachines = `select of_machine.* from machine_client p join organisation o on o.id = p.org_id cross join lateral (
         select ${COLUMNS} from ${COMMANDS} where actor = 'machine:' || p.id ${text} ${NEWEST_FIRST_AS_SHOWN} limit $2) of_machine where o.path like $1 || '%'`;
  const parts = [ofOrganisations, ...(withNobodys ? [ofNobody] : []), ...(mayBeCommand(filter) ? [ofPeople, ofMachines] : [])];
  const { rows } = await db.query<ListedLine>({
    name: `listAudit(${name},${parts.length},${withNobodys})`,
    // Of one part alone, in parentheses, the order would be said twice.
    text: `select * from (${parts.map((part) => `(${part})`).join(' union all ')}) line ${NEWEST_FIRST_AS_SHOWN} limit $2`,
    values,
  });
  return rows.slice(shown);
}

/** Who saw or did what with these cases, whatever their organisation, newest first; keyset pages. */
export async function listAccesses(db: Db, caseIds: readonly string[], filter: AuditFilter, before?: AuditPlace): Promise<AuditLine[]> {
  // The first half is what an index on the time alone can follow.
  const after: Condition = { name: 'before', values: before && [before.at, before.chain, before.seq], text: (at, chain, seq) => `at <= ${at}::timestamptz and (at, chain, seq) < (${at}::timestamptz, ${chain}, ${seq}::bigint)` };
  const { text, name, values } = conditionsOf([caseIds, filter.limit], [...conditions(filter), after]);
  const parts = [
    `select ${COLUMNS} from ${ENTRIES} where chain in (select 'case:' || id from unnest($1::uuid[]) id) ${text} ${NEWEST_FIRST} limit $2`,
    `select ${COLUMNS} from ${ENTRIES} where "caseIds" && $1::uuid[] ${text} ${NEWEST_FIRST} limit $2`,
    ...(mayBeCommand(filter) ? [`select ${COLUMNS} from ${COMMANDS} where "caseId" = any($1) ${text} ${NEWEST_FIRST} limit $2`] : []),
  ];
  const { rows } = await db.query<AuditLine>({
    name: `listAccesses(${name},${parts.length})`,
    text: `${parts.map((part) => `(${part})`).join(' union all ')} ${NEWEST_FIRST} limit $2`,
    values,
  });
  return rows;
}

/** All cases of the person whose case this is: those that it follows, and those that follow it. */
export async function listCasesOfPerson(db: Db, caseId: string): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>({
    name: 'listCasesOfPerson',
    text: `with recursive linked (id) as (
             select $1::uuid
              union
             select other.id from linked join lateral (
               select (record ->> 'previousCaseId')::uuid as id from hardship_case where id = linked.id and record ->> 'previousCaseId' is not null
                union all
               select id from hardship_case where (record ->> 'previousCaseId')::uuid = linked.id
             ) other on true
           ) select id from linked`,
    values: [caseId],
  });
  return rows.map(({ id }) => id);
}

/** Commands that were carried out are of one kind and outcome: where another is asked for, none is looked at. */
function mayBeCommand({ kind = 'command', outcome = 'done' }: AuditFilter): boolean {
  return kind === 'command' && outcome === 'done';
}

function literal(code: string | undefined): string {
  if (code === undefined || !/^[A-Za-z]+$/.test(code)) throw new RangeError('what is written into a statement is a code');
  return `'${code}'`;
}

function conditions({ kind, actor, operation, outcome, from, until }: AuditFilter): Condition[] {
  return [
    // Written out, so that the indexes of the rare ones are seen to serve; both come from a fixed set.
    { name: `kind=${kind ?? ''}`, values: kind && [], text: () => `kind = ${literal(kind)}` },
    { name: 'actor', values: asked(actor), text: (value) => `actor = ${value}` },
    { name: 'operation', values: asked(operation), text: (value) => `operation = ${value}` },
    { name: `outcome=${outcome ?? ''}`, values: outcome && [], text: () => `outcome = ${literal(outcome)}` },
    { name: 'from', values: asked(from), text: (value) => `at >= ${value}::timestamptz` },
    { name: 'until', values: asked(until), text: (value) => `at < ${value}::timestamptz` },
  ];
}
