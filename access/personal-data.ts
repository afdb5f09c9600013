/** What is known of a household beside the coded facts. Whoever has such an object has it unmasked. */
export interface PersonalData {
  applicant: { name: string; idNumber: string; phone: string; unionMember: boolean; employmentStatus: string };
  employer: { name: string; orgId?: string; regionCode: string; affiliation: string } | null;
  residence: { regionCode: string; address: string };
  members: { memberNo: number; name?: string; idNumber?: string; health?: string }[];
  /** Who has left the household. */
  former?: { memberNo: number; name?: string; idNumber?: string }[];
  bankAccount: { holderName: string; bankName: string; cardNumber: string } | null;
  contactPerson: string | null;
}
