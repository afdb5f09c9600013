import type { ApplicationInput } from '../../../api/schemas/application';

/** An application in which nothing is wrong, with something personal in every field that can hold it. Fresh for every caller. */
export function application(): ApplicationInput {
  return {
    channel: 'selfApplication.offline',
    applicant: { name: '岑言言', idNumber: '990100197805161984', phone: '19900000700', unionMember: true, employmentStatus: 'employed' },
    employer: { orgId: 'wx-liangxi-e1', regionCode: '320213', affiliation: 'countyUnion', name: '示例制造有限公司', ownership: 'privateEnterprise' },
    residence: { regionCode: '320213', address: '示例路217号' },
    household: {
      members: [
        { memberNo: 1, name: '岑言言', idNumber: '990100197805161984', relation: 'self', birthOn: '1978-05-16', annualIncomeFen: 6_000_000, health: '高血压', ableBodied: true },
        { memberNo: 2, name: '戴言言', idNumber: '990100198009021993', relation: 'spouse', birthOn: '1980-09-02', annualIncomeFen: 0, student: false },
        { memberNo: 3, name: '邓言言', relation: 'child', annualIncomeFen: 0 },
      ],
      rigidExpenses: { medicalFen: 2_500_000, educationFen: 0, disabilityFen: 0, housingFen: 0, employmentFen: 0, otherFen: 0 },
    },
    claimedExpenses: ['medical'],
    materials: [{ kind: 'application' }, { kind: 'bankStatement', coversAllMembers: true, validUntil: '2024-02-29' }],
    bankAccount: { holderName: '岑言言', bankName: '示例银行', cardNumber: '6222020000000000000' },
    simulation: { startsAt: '2023-11-13T09:00:00+08:00' },
  };
}

/** What must never leave the personal columns: everything personal in {@link application}. */
export const PERSONAL = ['岑言言', '戴言言', '邓言言', '990100', '19900000700', '示例', '高血压', '6222020000000000000'];
