import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { exportedCase, WITHHELD, type By, type Declaration, type ExportedCase, type HeldCase, type Writing } from '../access/held-data';
import { reachFor } from '../access/operations';
import { consentsOf } from '../domain/consent';
import { normaliseIdNumber } from '../domain/identity-number';
import { listAccesses, type AuditLine } from '../store/audit-view.store';
import { listEvents } from '../store/case-event.store';
import { findCasesOfPerson, type CasePrivate } from '../store/case-private.store';
import { findCase, type StoredCase } from '../store/case.store';
import { listBodies } from '../store/command.store';
import { transaction } from '../store/db';
import { findAccountOf } from '../store/disbursement-account.store';
import { listDocuments } from '../store/document.store';
import { listNotifications } from '../store/outward.store';
import { insertExport, listDutiesOf, listExports, type Requester } from '../store/personal-data-export.store';
import type { RecordKeys } from '../store/record-keys';
import { listReveals, type Reveal } from '../store/reveal.store';
import { findRating } from '../store/service-rating.store';
import type { ScopedRecords } from '../store/scoped-records';
import type { User } from '../store/user.store';
import type { CaseReader } from './case-reader';
import { forbidden, notFound } from './problem';
import type { ReferenceTables } from './reference-tables';
import { scopeOf } from './scope';
import { textsOf } from './timeline-texts';
import { isInCharge } from './union-in-charge';

/** Whose data is asked for: a person by the ID number, in all cases of the union; or a member of one case. */
export type Asked = { idNumber: string } | { caseId: string; memberNo: number | undefined };

export interface ExportRequest {
  asked: Asked;
  requestedBy: Requester;
  reason: string;
  user: User;
}

export interface PersonalDataExport {
  id: string;
  madeAt: string;
  index: { section: string; zh: string; en: string; entries: number }[];
  cases: ExportedCase[];
  withheld: typeof WITHHELD;
  mustBeChecked: { zh: string; en: string };
}

/** Years of reads are fetched in parts; all of them. */
const PAGE = 1_000;

/** 查阅复制 (个人信息保护法 art. 45): everything held about one person, for the union to hand to that person. */
export class PersonalDataExports {
  constructor(
    private readonly pool: Pool,
    private readonly records: ScopedRecords,
    private readonly reader: CaseReader,
    private readonly keys: RecordKeys,
    private readonly tables: ReferenceTables,
  ) {}

  /**
   * Gathers it, and writes down that it was given out before anything is.
   *
   * @throws HttpProblem NOT_FOUND, RECUSED; FORBIDDEN where another union keeps the papers; KeyDestroyed
   */
  async make({ asked, requestedBy, reason, user }: ExportRequest): Promise<PersonalDataExport> {
    const meant = 'idNumber' in asked ? await this.ofPerson(asked.idNumber, user) : [await this.ofMember(asked, user)];
    const id = randomUUID();
    await this.writeDown(meant, { id, requestedBy, reason, user });
    const cases: ExportedCase[] = [];
    for (const { stored, memberNo } of meant) cases.push(exportedCase(await this.held(stored), memberNo));
    return { id, madeAt: new Date().toISOString(), index: indexOf(cases), cases, withheld: WITHHELD, mustBeChecked: MUST_BE_CHECKED };
  }

  private async ofMember({ caseId, memberNo }: { caseId: string; memberNo: number | undefined }, user: User): Promise<Meant> {
    const stored = await this.reader.get(caseId, user);
    if (!isInCharge(stored.record, user, this.tables)) throw forbidden();
    const { members } = stored.record.household;
    const member = members.find((one) => (memberNo === undefined ? one.relation === 'self' : one.memberNo === memberNo));
    if (!member) throw notFound();
    return { stored, memberNo: member.memberNo };
  }

  /** In all cases of which the union keeps the papers. Those of other unions are not told of: whoever asks there is told there. */
  private async ofPerson(idNumber: string, user: User): Promise<Meant[]> {
    const wanted = normaliseIdNumber(idNumber);
    const db = this.records.of(scopeOf(user));
    const found: Meant[] = [];
    for (const caseId of await findCasesOfPerson(this.pool, this.keys.index.of('idNumber', wanted))) {
      const stored = await findCase(db, caseId, reachFor('exportPersonalData', user));
      if (!stored || !isInCharge(stored.record, user, this.tables)) continue;
      const memberNo = memberOf(await this.reader.personalOf(stored), stored, wanted);
      if (memberNo !== undefined) found.push({ stored, memberNo });
    }
    if (found.length === 0) throw notFound();
    return found.sort((a, b) => (a.stored.record.number < b.stored.record.number ? -1 : 1));
  }

  private async writeDown(meant: readonly Meant[], { id, requestedBy, reason, user }: { id: string; requestedBy: Requester; reason: string; user: User }): Promise<void> {
    const { id: userId, onBehalfOf = null, orgId } = user;
    const seals = await Promise.all(meant.map(({ stored }) => this.keys.cases.sealOf(stored.record.caseId, stored.personal?.key)));
    await transaction(this.pool, async (db) => {
      for (const [index, seal] of seals.entries()) await insertExport(db, seal, { id, memberNo: meant[index]?.memberNo ?? 0, requestedBy, reason, userId, onBehalfOf, orgId });
    });
  }

  private async held(stored: StoredCase): Promise<HeldCase> {
    const { record } = stored;
    const { caseId } = record;
    const { pool, keys } = this;
    const seal = await keys.cases.sealOf(caseId, stored.personal?.key);
    const [personal, events, bodies, notifications, documents, accesses, reveals, exports] = await Promise.all([
      this.reader.personalOf(stored),
      listEvents(pool, caseId),
      listBodies(pool, seal),
      listNotifications(pool, caseId),
      listDocuments(pool, caseId),
      this.accesses(caseId),
      this.reveals(caseId),
      listExports(pool, caseId),
    ]);
    const rating = await findRating(pool, keys, caseId);
    const users = [...events, ...bodies, ...accesses].flatMap(({ actor }) => actor ?? []);
    const by = await this.bylines([...users, ...reveals.map(({ userId }) => userId), ...exports.map(({ userId }) => userId)]);
    const accounts = await Promise.all(record.disbursements.map(async ({ id }) => ({ disbursementId: id, bankAccount: await findAccountOf(pool, keys, id) })));
    return {
      record,
      personal,
      events: events.map(({ seq, type, effectiveOn, recordedAt, actor }) => ({ seq, type, effectiveOn, recordedAt, by: actor === null ? null : by(actor) })),
      consents: consentsOf(events),
      writings: bodies.map(({ operation, actor, createdAt, body }): Writing => ({ at: createdAt.toISOString(), operation, by: by(actor), texts: textsOf(body), namesOfOthers: namesIn(body) })),
      declarations: bodies.map(({ operation, createdAt, body }) => declarationOf(createdAt, operation, body)),
      accounts: accounts.flatMap(({ disbursementId, bankAccount }) => (bankAccount ? [{ disbursementId, bankAccount }] : [])),
      notifications,
      documents: documents.map(({ id, kind, contentType, sizeBytes, uploadedAt, address, state }) => ({ id, kind, contentType, sizeBytes, uploadedAt: uploadedAt.toISOString(), storedSha256: address, state })),
      accesses: accesses.map(({ at, kind, operation, actor }) => ({ at: at.toISOString(), kind, operation, by: actor === null ? null : by(actor) })),
      reveals: reveals.map(({ revealedAt, field, memberNo, userId, reason }) => ({ at: revealedAt.toISOString(), field, memberNo, by: by(userId), reason })),
      exports: exports.map(({ exportedAt, userId, requestedBy, memberNo }) => ({ at: exportedAt.toISOString(), by: by(userId), requestedBy, memberNo })),
      ratings: rating ? [{ at: rating.ratedAt.toISOString(), score: rating.score, comment: rating.comment }] : [],
    };
  }

  private async accesses(caseId: string): Promise<AuditLine[]> {
    const all: AuditLine[] = [];
    for (let page: AuditLine[] | undefined; page === undefined || page.length === PAGE; all.push(...page)) {
      const last = all.at(-1);
      page = await listAccesses(this.pool, [caseId], { outcome: 'done', limit: PAGE }, last && { at: last.at.toISOString(), chain: last.chain, seq: last.seq });
    }
    return all;
  }

  private async reveals(caseId: string): Promise<Reveal[]> {
    const all: Reveal[] = [];
    for (let page: Reveal[] | undefined; page === undefined || page.length === PAGE; all.push(...page)) {
      const last = all.at(-1);
      page = await listReveals(this.pool, this.keys, caseId, { limit: PAGE, before: last && { revealedAt: last.revealedAt.toISOString(), id: last.id } });
    }
    return all;
  }

  /** Who somebody is, as a person is told: union and duties, as they are now. */
  private async bylines(userIds: readonly string[]): Promise<(userId: string | null) => By> {
    const duties = await listDutiesOf(this.pool, userIds);
    return (userId) => {
      const known = userId === null ? undefined : duties.get(userId);
      return known ? { union: this.tables.organisations.get(known.orgId)?.name ?? known.orgId, roles: known.roles } : { union: '', roles: [] };
    };
  }
}

interface Meant {
  stored: StoredCase;
  memberNo: number;
}

function memberOf({ applicant, members }: CasePrivate, { record }: StoredCase, idNumber: string): number | undefined {
  if (normaliseIdNumber(applicant.idNumber) === idNumber) return record.household.members.find(({ relation }) => relation === 'self')?.memberNo;
  return members.find((member) => member.idNumber !== undefined && normaliseIdNumber(member.idNumber) === idNumber)?.memberNo;
}

/** Names of people besides the household that a command holds: visitors, contact persons, whoever raised something. */
function namesIn(body: Record<string, unknown>): string[] {
  const visitors = Array.isArray(body.visitors) ? body.visitors.map((visitor: unknown) => (visitor as { name?: unknown } | null)?.name) : [];
  return [...visitors, body.contactPerson, body.raisedBy, body.contact].filter((name): name is string => typeof name === 'string');
}

/** What a command says of the household's persons, in the shape in which it came. */
function declarationOf(at: Date, operation: string, body: Record<string, unknown>): Declaration {
  const { applicant, employer, residence, bankAccount, household } = body as Omit<Declaration, 'at' | 'operation' | 'members'> & { household?: Pick<Declaration, 'members'> };
  return { at: at.toISOString(), operation, applicant, employer, residence, bankAccount, members: household?.members };
}

const MUST_BE_CHECKED = {
  zh: '交付前请核对：经办文字中可能有系统无法识别的他人姓名。请核实申请人身份后当面或者以加密方式提供。',
  en: 'Before it is handed over: what people wrote may hold names of others that the service cannot recognise. Check who asks, and hand it over in person or encrypted.',
};

type ListSection = 'authorisations' | 'declarations' | 'payments' | 'accounts' | 'writings' | 'notifications' | 'documents' | 'events' | 'accesses' | 'reveals' | 'exports' | 'ratings';

const SECTIONS: [ListSection, zh: string, en: string][] = [
  ['authorisations', '授权', 'authorisations'],
  ['declarations', '历次申报的信息', 'what was declared, each time'],
  ['payments', '帮扶资金', 'payments'],
  ['accounts', '收款账户', 'accounts that money went to'],
  ['writings', '经办记录中的文字', 'what was written'],
  ['notifications', '告知内容', 'what you were told'],
  ['documents', '资料文件清单', 'documents'],
  ['events', '办理过程', 'what happened'],
  ['accesses', '查看和办理记录', 'who looked at it'],
  ['reveals', '查看完整信息的记录', 'who saw full numbers, and why'],
  ['exports', '历次复制', 'earlier exports'],
  ['ratings', '满意度评价', 'how you rated the service'],
];

/** What is in it, for whoever reads it first. */
function indexOf(cases: readonly ExportedCase[]): PersonalDataExport['index'] {
  const lists = SECTIONS.map(([section, zh, en]) => ({ section, zh, en, entries: cases.reduce((sum, one) => sum + one[section].length, 0) }));
  return [{ section: 'cases', zh: '案件（身份、家庭和认定情况在各案之内）', en: 'cases (identity, household and decisions are within each)', entries: cases.length }, ...lists];
}
