import { isFoundToLeave } from '../given/file-life';
import { triesWhatIsNotAwaited, type Stop } from '../given/out-of-turn';
import { ServiceClient } from '../given/service-client';
import { WalkedCase } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

let client: ServiceClient;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
});

/** The life of a file that was imported, from its first day to the return in the phase-out. */
const LIFE_OF_A_FILE: Stop[] = [
  ['active, the recheck far ahead', () => Promise.resolve()],
  ['active, the recheck near', (walked) => walked.advanceTo('2024-04-14')],
  ['active, the recheck escalated', (walked) => walked.advanceTo('2024-05-30')],
  ['active, found to leave', (walked) => isFoundToLeave(walked)],
  ['exiting', (walked) => walked.does('notifyExit')],
  ['exiting, refused without a valid reason', (walked) => walked.does('refuseExit')],
  ['exiting, verified by one', (walked) => walked.does('verifyExit', { by: 'unitOrCommunityUnion' })],
  ['exiting, verified by both', (walked) => walked.does('verifyExit', { by: 'reviewingUnion' })],
  ['exiting, announced', (walked) => walked.does('postNotice')],
  ['exiting, announced with an objection', (walked) => walked.objects('exit')],
  ['active, the exit stopped by the objection', (walked) => walked.finds('exit', walked.view.notices[0]!.objections[0]!.id, 'sustained')],
  ['active, found to leave again', (walked) => isFoundToLeave(walked)],
  ['exiting, a second time', (walked) => walked.does('notifyExit')],
  ['active, the exit stopped by a valid reason', (walked) => walked.does('refuseExit', { validReason: true })],
  ['active, found to leave a third time', (walked) => isFoundToLeave(walked)],
  ['exiting, a third time', (walked) => walked.does('notifyExit')],
  ['exiting, confirmed by the worker', (walked) => walked.does('confirmExit', { by: 'worker' })],
  ['exiting, confirmed by both', (walked) => walked.does('confirmExit', { by: 'grassroots' })],
  ['phaseOut', (walked) => walked.does('concludeExit')],
  ['phaseOut, a relapse reported', (walked) => walked.does('reportRelapse')],
  ['phaseOut, the relapse visited', (walked) => walked.does('recordVisit')],
  ['active, reopened', (walked) => walked.does('reopenFile')],
];

describe('the life of a file', () => {
  let walked: WalkedCase;
  beforeAll(async () => {
    walked = await WalkedCase.importFile(client);
  });

  test.each(LIFE_OF_A_FILE)('in %s every other command is refused by what is awaited, and nothing is written', async (name, lead) => {
    await lead(walked);
    expect((await walked.look()).state).toBe(name.split(',')[0]);
    expect(await triesWhatIsNotAwaited(walked)).toBeGreaterThan(5);
  });
});
