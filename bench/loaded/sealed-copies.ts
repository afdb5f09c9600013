import type { Pool } from 'pg';
import { columnsOf, type CasePrivate } from '../../store/case-private.store';
import { bodyPlace } from '../../store/command.store';
import { transaction } from '../../store/db';
import type { RecordKeys } from '../../store/record-keys';
import { ID_TOKEN, NUMBER_TOKEN, placed, type Place } from './placed-template';
import type { TemplateCase } from './template-cases';

/** A template as a case of one place would have it, its sealed values open, with tokens where each copy differs. */
type OpenTemplate = (id: string, number: string) => { caseId: string; personal: CasePrivate; commands: { row: { id: string }; body: Record<string, unknown> }[] };

const COPIES_AT_ONCE = 200;

/** Which template and which place a copy is of. */
export type CopyOf = (n: number) => { template: number; place: number };

/** Writes what is sealed of copies: each gets a key of its own, and its personal data and commands sealed under it, as the service would. */
export class SealedCopies {
  private readonly open: OpenTemplate[][];
  private readonly numberOf: (n: number) => string;

  /** @param firstNumber what the copies' numbers are counted from */
  constructor(
    private readonly keys: RecordKeys,
    { templates, from, places, firstNumber }: { templates: readonly TemplateCase[]; from: Place; places: readonly Place[]; firstNumber: number },
  ) {
    this.open = templates.map((template) =>
      places.map((to) => {
        const text = placed(JSON.stringify({ caseId: template.caseId, ...template.sealed }), template, from, to);
        return (id, number) => JSON.parse(text.replaceAll(ID_TOKEN, id).replaceAll(NUMBER_TOKEN, number)) as ReturnType<OpenTemplate>;
      }),
    );
    this.numberOf = (n) => String(n + firstNumber);
  }

  async write(pool: Pool, { first, last }: { first: number; last: number }, copyOf: CopyOf): Promise<void> {
    for (let n = first; n <= last; n += COPIES_AT_ONCE) {
      const copies = Array.from({ length: Math.min(COPIES_AT_ONCE, last - n + 1) }, (_none, index) => n + index);
      const rows = await Promise.all(copies.map((copy) => this.rowsOf(copy, copyOf(copy))));
      await transaction(pool, async (db) => {
        for (const table of ['case_key', 'case_private', 'case_applicant', 'command'] as const) {
          const json = JSON.stringify(rows.flatMap((one): object[] => one[table]));
          await db.query(`insert into ${table} select r.* from jsonb_array_elements($1::jsonb) e cross join lateral jsonb_populate_record(null::${table}, e) r`, [json]);
        }
      });
    }
  }

  private async rowsOf(n: number, { template, place }: { template: number; place: number }) {
    const opened = this.open[template]?.[place]?.(n.toString(16).padStart(ID_TOKEN.length, '0'), this.numberOf(n));
    if (!opened) throw new Error(`copy ${n} is of no template`);
    const { caseId, personal, commands } = opened;
    const { seal, stored } = await this.keys.cases.create(caseId);
    const [, sealed, name, phone, card, ids] = columnsOf(this.keys.index, seal, personal);
    return {
      case_key: [{ case_id: caseId, profile: stored.profile, master_key_id: stored.masterKeyId, wrapped: bytea(stored.wrapped), created_at: new Date().toISOString() }],
      case_private: [{ case_id: caseId, sealed: bytea(sealed), name_index: bytea(name), phone_index: bytea(phone), card_index: bytea(card), id_indexes: ids.map(bytea) }],
      case_applicant: [{ case_id: caseId, applicant_index: bytea(this.keys.index.ofApplicant(personal.applicant)) }],
      command: commands.map(({ row, body }) => ({ ...row, body: bytea(seal.seal(bodyPlace(row.id), body)) })),
    };
  }
}

/** As PostgreSQL writes bytes. */
function bytea(bytes: Buffer | null): string | null {
  return bytes && `\\x${bytes.toString('hex')}`;
}
