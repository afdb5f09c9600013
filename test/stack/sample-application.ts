import type { JsonObject } from '../../rehearse/json';

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK_CHARACTERS = '10X98765432';

export interface SampleApplication {
  /** Who files it. */
  clerk: string;
  /** Body of `submitApplication`. */
  body: JsonObject;
  /** Names, numbers, address: what must never be found outside the record's own columns. */
  personal: string[];
}

export interface SampleFile {
  clerk: string;
  /** Who imports it. */
  handler: string;
  /** Body of `importFile`. */
  body: JsonObject;
  personal: string[];
}

export interface SampleChoice {
  /** Wuxi: relative class, reviewed by the county, two notices. Bozhou: deep class, one notice, comparison after the review. */
  place?: 'wuxi' | 'bozhou';
  /** Business instant, RFC 3339, for a simulated case. */
  startsAt?: string;
}

const PLACES = {
  wuxi: { regionCode: '320213', orgId: 'wx-liangxi-e1', incomesFen: [5_000_000, 2_884_000, 0], medicalFen: 3_942_000 },
  bozhou: { regionCode: '341621', orgId: 'bz-woyang-e1', incomesFen: [3_600_000, 0, 0], medicalFen: 1_500_000 },
};
const MATERIALS = ['application', 'idCard', 'householdRegister', 'labourContract', 'medicalBill'];

/**
 * Households that do not exist, each another one. A test file takes a `series` of its own (0–99), so that files that share
 * a service do not meet the rule of one file per household.
 */
export function sampleApplications(series: number): (choice?: SampleChoice) => SampleApplication {
  let count = 0;
  return ({ place = 'wuxi', startsAt } = {}) => {
    const no = count++;
    const { regionCode, orgId, incomesFen, medicalFen } = PLACES[place];
    const tag = inWords(`${digits(series, 2)}${digits(no, 3)}`);
    const [self, spouse, child] = ['甲', '乙', '丙'].map((who) => `示范户${tag}${who}`);
    const idNumbers = ['19780516', '19800902', '20120321'].map((birth) => idNumberOf(series, birth, no));
    const phone = `198${digits(series, 2)}${digits(no, 6)}`;
    const cardNumber = `6200${digits(series, 2)}${digits(no, 3)}0000007919`;
    const address = `示范路${tag}号`;
    const employer = `示范制造有限公司${tag}`;
    return {
      clerk: `${orgId}.clerk`,
      personal: [self, spouse, child, ...idNumbers, phone, cardNumber, address, employer].flatMap((text) => text ?? []),
      body: {
        channel: 'selfApplication.offline',
        applicant: { name: self, idNumber: idNumbers[0], phone, unionMember: true, employmentStatus: 'employed' },
        employer: { name: employer, orgId, regionCode, affiliation: 'countyUnion', ownership: 'privateEnterprise' },
        residence: { regionCode, address },
        household: {
          members: [
            { memberNo: 1, relation: 'self', name: self, idNumber: idNumbers[0], birthOn: '1978-05-16', annualIncomeFen: incomesFen[0] },
            { memberNo: 2, relation: 'spouse', name: spouse, idNumber: idNumbers[1], birthOn: '1980-09-02', annualIncomeFen: incomesFen[1] },
            { memberNo: 3, relation: 'child', name: child, idNumber: idNumbers[2], birthOn: '2012-03-21', annualIncomeFen: incomesFen[2] },
          ],
          rigidExpenses: { medicalFen, educationFen: 0, disabilityFen: 0, housingFen: 0, employmentFen: 0, otherFen: 0 },
        },
        claimedExpenses: ['medical'],
        materials: [...MATERIALS.map((kind) => ({ kind })), { kind: 'bankStatement', coversAllMembers: true }],
        bankAccount: { holderName: self, bankName: '示例银行', cardNumber },
        ...(startsAt === undefined ? {} : { simulation: { startsAt } }),
      },
    };
  };
}

/** The same household with a file that existed before, in the class that its figures say. */
export function asFile({ clerk, body, personal }: SampleApplication, establishedOn: string): SampleFile {
  const { applicant, employer, residence, household, bankAccount, simulation } = body;
  const isWuxi = clerk.startsWith('wx');
  const file = { applicant, employer, residence, household, bankAccount, hardshipClass: isWuxi ? 'relative' : 'deep', establishedOn, monthlyLivingAidFen: 60_000 };
  return { clerk, handler: `${clerk.split('-').slice(0, 2).join('-')}.handler`, body: { ...file, ...(simulation === undefined ? {} : { simulation }) }, personal };
}

/** A number of a region that does not exist, with the right check character (GB 11643). */
function idNumberOf(series: number, birth: string, no: number): string {
  const first17 = `9902${digits(series, 2)}${birth}${digits(no, 3)}`;
  const sum = WEIGHTS.reduce((total, weight, index) => total + weight * Number(first17.charAt(index)), 0);
  return first17 + CHECK_CHARACTERS.charAt(sum % 11);
}

/** A person's name has no digits in it. */
function inWords(text: string): string {
  return text.replace(/\d/g, (digit) => '零一二三四五六七八九'.charAt(Number(digit)));
}

function digits(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
