import { connect } from '../../../store/db';
import { isFoundToLeave, leaves, proposesAid } from '../given/file-life';
import { expectProblem } from '../given/problem';
import { ServiceClient } from '../given/service-client';
import { WalkedCase } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

/** Handles cases and pays, as happens where few people do all the work. */
const BOTH = 'wx-liangxi.handler-and-finance';
const ACCOUNT = { holderName: '柏禾禾', bankName: '示例银行', cardNumber: '6200001000000999111' };

let client: ServiceClient;
beforeAll(async () => {
  const pool = connect(testStack().databaseUrl, 1);
  await pool.query(
    `insert into app_user (id, org_id, roles, password_hash, is_demo)
     select $1, org_id, '{handler,finance}', password_hash, true from app_user where id = 'wx-liangxi.handler' on conflict do nothing`,
    [BOTH],
  );
  await pool.end();
  client = await ServiceClient.connect(testStack());
});

async function doesNotPayTo(walked: WalkedCase): Promise<void> {
  const refused = await walked.send('prepareDisbursement', BOTH, walked.usual('prepareDisbursement'));
  expect(expectProblem(refused, 403, 'CONFLICT_OF_INTEREST')).toMatchObject({ user: BOTH, duty: 'accountChanger' });
  expect((await walked.preparesDisbursement()).state).toBe('prepared');
}

test('R-BZ-31: who brought another account before the file left does not pay to it after the household has come back', async () => {
  const walked = await WalkedCase.importFile(client);
  await walked.does('updateFile', { bankAccount: ACCOUNT }, BOTH);
  await isFoundToLeave(walked);
  await walked.does('notifyExit');
  await leaves(walked, { phaseOutMonths: 0 });
  const { body } = await walked.send('reportRelapse', walked.clerk, walked.usual('reportRelapse'));
  const again = WalkedCase.resume(client, walked, body);
  await again.does('addMaterials', { items: walked.application.materials });
  await again.walkTo('visit');
  await again.does('recordVisit', { household: walked.household('relative') });
  await again.walkTo('disbursement');
  await doesNotPayTo(again);
});

test('R-BZ-31: who imported a file with an account, which no review has seen, does not pay to it', async () => {
  const walked = await WalkedCase.importFile(client, { by: BOTH });
  await proposesAid(walked);
  await walked.does('decideCollectively');
  await doesNotPayTo(walked);
});
