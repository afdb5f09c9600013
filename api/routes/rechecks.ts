import { z } from 'zod';
import { isSameAccount, type BankAccount } from '../../domain/bank-card';
import { RECHECK_OUTCOMES } from '../../domain/case-facts';
import type { CaseRecord } from '../../domain/case-record';
import { HARDSHIP_CLASSES } from '../../domain/hardship-class-names';
import { getPrivate } from '../../store/case-private.store';
import { replacedHousehold } from '../household-check';
import { type Api, type Services } from '../operation';
import { BankAccount as BankAccountInput } from '../schemas/application';
import { CaseHousehold, type HouseholdInput } from '../schemas/household';
import { CasePath, Fen, LongText, Phone, PlainDate, ShortText } from '../schemas/values';
import { caseCommand } from './case-command';

/** 动态管理: rechecks, updates of the file, the level of regular aid. */
export function recheckRoutes(app: Api, services: Services): void {
  const replaced = async (record: CaseRecord, household: HouseholdInput | undefined) =>
    household ? { household: await replacedHousehold(services, record, household) } : {};
  const compared = async (caseId: string, given: BankAccount | undefined, seenAt: number) => {
    if (!given) return {};
    const { bankAccount: onFile } = await getPrivate(services.pool, services.keys, caseId);
    return { bankAccount: { isAnother: !onFile || !isSameAccount(onFile, given), seenAt } };
  };

  caseCommand(app, services, {
    command: 'recordRecheck',
    tag: 'file',
    path: '/rechecks',
    params: CasePath,
    body: z.object({
      doneOn: PlainDate,
      visitedOn: PlainDate.optional(),
      household: CaseHousehold.optional(),
      minLivingStandardFen: Fen.min(1).optional().meta({ description: 'only where the living standard of the place is a test fixture' }),
      outcome: z.enum(RECHECK_OUTCOMES),
      hardshipClass: z.enum(HARDSHIP_CLASSES).optional().meta({ description: 'for changeClass: left out, the recommended one' }),
      reason: LongText.optional(),
      evidence: z.array(ShortText).max(50).optional(),
    }),
    facts: async ({ household, reason, evidence, ...coded }, { record }) => ({
      ...coded,
      ...(await replaced(record, household)),
      hasReason: reason !== undefined,
    }),
  });

  caseCommand(app, services, {
    command: 'updateFile',
    tag: 'file',
    path: '/file-updates',
    params: CasePath,
    body: z.object({
      visit: z.boolean(),
      household: CaseHousehold.optional(),
      bankAccount: BankAccountInput.optional().meta({
        description: 'replaces the account that aid is paid to; a prepared disbursement that is not released is dropped, a released one goes to the account it was prepared for',
      }),
      applicantPhone: Phone.optional().meta({ description: "the applicant's telephone number from now on; with the old one nobody opens the case any more" }),
      note: LongText.optional(),
    }),
    facts: async ({ visit, household, bankAccount }, { params, record }) => ({
      visit,
      ...(await replaced(record, household)),
      ...(await compared(params.caseId, bankAccount, record.version)),
    }),
  });

  caseCommand(app, services, {
    command: 'changeAidLevel',
    tag: 'file',
    path: '/aid-level',
    params: CasePath,
    body: z.object({ monthlyLivingAidFen: Fen, materialChange: z.object({ kind: ShortText, evidence: ShortText }).optional() }),
    facts: ({ monthlyLivingAidFen, materialChange }) => ({ monthlyLivingAidFen, hasMaterialChange: materialChange !== undefined }),
  });
}
