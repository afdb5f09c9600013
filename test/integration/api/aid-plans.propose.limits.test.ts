import { QIAOCHENG } from '../given/application';
import { expectProblem } from '../given/problem';
import { ServiceClient, type Json } from '../given/service-client';
import { givenCase, type WalkedCase } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

let client: ServiceClient;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
});

const propose = (walked: WalkedCase, body: Json) => walked.send('proposeAidPlan', walked.whoIsAwaited('proposeAidPlan'), body);
const medical = (amountFen: number) => ({ items: [{ aidType: 'medical', amountFen }] });
const living = (amountFen: number) => ({ items: [{ aidType: 'living', amountFen }] });

describe('R-WX-26: medical aid stays within the year\'s self-paid total', () => {
  test('one fen more is refused with the cap and what is left, and leaves no trace', async () => {
    const walked = await givenCase(client, 'planning');
    expect(walked.view.medicalCap).toEqual({ year: 2024, capFen: 600_000, paidFen: 0, remainingFen: 600_000 });
    const problem = expectProblem(await propose(walked, medical(600_001)), 422, 'MEDICAL_CAP_EXCEEDED');
    expect(problem).toMatchObject({ rule: 'R-WX-26', capFen: 600_000, paidFen: 0, remainingFen: 600_000 });
    expect(await walked.look()).toMatchObject({ state: 'planning', aidPlans: [], version: walked.view.version });
  });

  test('the cap itself may be reached, in parts that are added up', async () => {
    const walked = await givenCase(client, 'planning');
    const halves = [{ aidType: 'medical', amountFen: 400_000 }, { aidType: 'medical', amountFen: 200_001 }];
    expectProblem(await propose(walked, { items: halves }), 422, 'MEDICAL_CAP_EXCEEDED');
    await walked.does('proposeAidPlan', medical(600_000));
    expect((await walked.does('decideCollectively')).medicalCap).toEqual({ year: 2024, capFen: 600_000, paidFen: 600_000, remainingFen: 0 });
  });

  test('a self-paid total that the plan gives counts for its year, and for no other', async () => {
    const walked = await givenCase(client, 'planning');
    expectProblem(await propose(walked, { ...medical(800_000), selfPaidMedicalFen: { year: 2023, amountFen: 900_000 } }), 422, 'MEDICAL_CAP_EXCEEDED');
    expectProblem(await propose(walked, { ...medical(800_000), selfPaidMedicalFen: { year: 2024, amountFen: 799_999 } }), 422, 'MEDICAL_CAP_EXCEEDED');
    const { body } = await propose(walked, { ...medical(800_000), selfPaidMedicalFen: { year: 2024, amountFen: 800_000 } });
    expect(body).toMatchObject({ state: 'collectiveApproval', medicalCap: { capFen: 800_000 } });
  });

  test('aid of another kind has no such cap', async () => {
    const walked = await givenCase(client, 'planning');
    expect((await propose(walked, living(5_000_000))).body.state).toBe('collectiveApproval');
  });
});

describe('R-BZ-08: a plan reaches the living standard where the profile has that floor', () => {
  /** Deep in Bozhou: 7,000 yuan net, 8,400 yuan are the standard of the year. */
  const LACKING_FEN = 140_000;

  test('one fen less is refused with what is missing, and leaves no trace', async () => {
    const walked = await givenCase(client, 'planning', { at: QIAOCHENG, figures: 'deep' });
    await walked.does('recordComparison');
    const problem = expectProblem(await propose(walked, living(LACKING_FEN - 1)), 422, 'BELOW_MIN_LIVING_FLOOR');
    expect(problem).toMatchObject({ rule: 'R-BZ-08', missingFen: 1 });
    expect((await walked.look()).aidPlans).toEqual([]);
    expect((await propose(walked, living(LACKING_FEN))).body.aidPlans).toMatchObject([{ totalFen: LACKING_FEN, shortfallFen: LACKING_FEN }]);
  });

  test('both limits are told at once', async () => {
    const walked = await givenCase(client, 'planning', { at: QIAOCHENG, figures: 'relative' });
    await walked.does('recordComparison');
    // Nothing is missing to this household: only the cap speaks.
    expectProblem(await propose(walked, medical(600_001)), 422, 'MEDICAL_CAP_EXCEEDED');

    const poorer = await givenCase(client, 'planning', { at: QIAOCHENG, figures: 'deep' });
    await poorer.does('recordComparison');
    const problem = expectProblem(
      await propose(poorer, { ...medical(100_000), selfPaidMedicalFen: { year: 2024, amountFen: 50_000 } }),
      422,
      'BELOW_MIN_LIVING_FLOOR',
    );
    expect(problem.also).toMatchObject([{ code: 'MEDICAL_CAP_EXCEEDED', capFen: 50_000 }]);
  });

  test('Wuxi has no floor', async () => {
    const walked = await givenCase(client, 'planning', { figures: 'deep' });
    expect((await propose(walked, living(1))).body.state).toBe('collectiveApproval');
  });
});
