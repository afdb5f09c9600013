import type { BankDesk } from '../../../../../workflows/case/bank-desk';
import type { Case } from '../../../../../workflows/case/case-context';
import { withdrawal } from '../../../../../workflows/case/phases/withdrawal';
import { LIANGXI, PlayedCase, WUXI_RELATIVE } from '../../../domain/played-case';
import { phasingOut, ready } from '../../../domain/played-exit';

const EXIT = '2024-08-31';

/** A cancelled file that leaves on 31 August, while money that was released before is still with the bank. */
function leavingWithMoneyOnItsWay(): PlayedCase {
  const played = PlayedCase.apply(LIANGXI, WUXI_RELATIVE).to('active').on(EXIT);
  played.do('proposeAidPlan', { items: [{ aidType: 'living', amountFen: 100_000 }] }).do('decideCollectively', played.votes('for', 'for', 'for'));
  played.do('prepareDisbursement', { paymentIds: [played.record.payments.at(-1)!.id], payeeIsApplicant: true });
  played.do('releaseDisbursement', { disbursementId: played.record.disbursements.at(-1)!.id });
  played.do('recordRecheck', { doneOn: EXIT, outcome: 'cancel', hasReason: true }).do('notifyExit', {}).enter('exiting');
  return played.do('confirmExit', { kind: 'worker' }).do('confirmExit', { kind: 'grassroots' }).do('concludeExit', {});
}

/** Lets a played case go through its withdrawal; the bank answers at the first wait, on the day that is given. */
async function withdrawn(played: PlayedCase, answersOn: string): Promise<PlayedCase> {
  const bank = { isAsked: () => played.record.disbursements.some(({ state }) => state === 'released'), follow: () => undefined, recordAnswers: () => undefined };
  const c = {
    get record() {
      return played.record;
    },
    today: () => played.today,
    policy: () => played.policy(),
    emit: (fact: Parameters<PlayedCase['emit']>[0]) => played.emit(fact),
    wait: () => Promise.resolve(played.on(answersOn).bankPays()),
  };
  await withdrawal(c as unknown as Case, bank as unknown as BankDesk);
  return played;
}

describe('A-06: the day on which a file leaves', () => {
  test('without a phase-out is that of its exit, however late the bank answers', async () => {
    const { record, today } = await withdrawn(leavingWithMoneyOnItsWay(), '2024-09-03');
    expect(today).toBe('2024-09-03');
    expect(record).toMatchObject({ state: 'closed', hardshipFile: { withdrawnOn: EXIT, retentionEndsOn: '2034-08-31' } });
    expect(record.payments.map(({ state }) => state)).not.toContain('sent');
  });
  test('with money on nobody’s way comes at once', async () => {
    const { record } = await withdrawn(ready(LIANGXI, 'relative', 'cancel').do('concludeExit', {}), '2024-09-03');
    expect(record).toMatchObject({ state: 'closed', hardshipFile: { withdrawnOn: EXIT } });
  });
  test('with a phase-out is its last day', async () => {
    const { record } = await withdrawn(phasingOut().on('2025-03-01'), '2025-03-02');
    expect(record).toMatchObject({ state: 'closed', hardshipFile: { withdrawnOn: '2025-02-28', retentionEndsOn: '2035-02-28' } });
  });
});
