import { ServiceClient } from '../given/service-client';
import { untilTrue } from '../given/until';
import { WalkedCase } from '../given/walked-case';
import { connect } from '../../../store/db';
import { testStack } from '../../stack/test-stack';

const pool = connect(testStack().databaseUrl, 2);
afterAll(() => pool.end());

// The look for what a crash left behind would confirm them as well, but asks the engine, and only after this time.
const BEFORE_THE_RECOVERY = `confirmed_at < answered_at + interval '15 s'`;

test('accepted commands are soon written down as known to the engine, so that the look for crashes does not ask for them', async () => {
  const walked = await WalkedCase.submit(await ServiceClient.connect(testStack()));
  await walked.does('signAuthorization');
  await walked.does('acceptApplication');
  const unconfirmed = async () => {
    const { rows } = await pool.query<{ operation: string }>(`select operation from command where case_id = $1 and (${BEFORE_THE_RECOVERY}) is not true`, [walked.id]);
    return rows.map(({ operation }) => operation);
  };
  await untilTrue(async () => (await unconfirmed()).length === 0, () => 'commands were not confirmed, or by the recovery');
});
