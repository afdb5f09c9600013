import type { ApplicationInput } from '../../../../api/schemas/application';
import { givenApplication } from '../../given/application';
import { freshPerson } from '../../given/id-number';
import type { ServiceClient } from '../../given/service-client';
import type { WalkedCase } from '../../given/walked-case';
import { caseIn } from '../situations';

/** Whoever asks in the fuzz: what of the canaries may be in an answer depends on it. */
export interface Viewer {
  role: string;
  /** Whether the canaries' cases stand in the viewer's subtree. */
  isInScope: boolean;
}

const HANDLING = ['clerk', 'handler', 'head'];
const DECIDING = ['leader', 'member1', 'member2', 'member3'];
const PAYING = ['finance', 'treasurer'];
/** What an applicant has said is shown again, but for the numbers (docs/security/applicants.md). */
const SELF = ['applicant'];
const WATCHING = ['auditor', 'supervisor', 'machine'];

/** Values of one kind, and the roles that may read them of a case of their own scope (docs/security/access.md). */
interface Kind {
  values: readonly string[];
  clearFor: readonly string[];
  /** Shown to everybody in a public notice. */
  isInNotice?: boolean;
}

/** By which numbers the first of the canaries' cases is somebody's own. */
export const canaryTelephone = () => ({ phone: '13899990001', idNumber: applicant.idNumber });

const [applicant, member] = [freshPerson(), freshPerson()];

/** What stands in the canaries' cases and nowhere else. */
export const KINDS: Readonly<Record<string, Kind>> = {
  names: { values: ['钟离金雀', '欧阳小雀'], clearFor: [...HANDLING, ...DECIDING, ...SELF], isInNotice: true },
  employer: { values: ['金丝雀织造厂'], clearFor: [...HANDLING, ...DECIDING, ...SELF], isInNotice: true },
  bank: { values: ['金丝雀银行'], clearFor: [...HANDLING, ...PAYING, ...SELF] },
  numbers: { values: [applicant.idNumber, member.idNumber, '13899990001', '6200009900000271828', '13499990002'], clearFor: [] },
  private: { values: ['金丝雀巷七号', '金丝雀综合征'], clearFor: [...SELF] },
  words: { values: ['金丝雀便条', '金丝雀补正', '金丝雀异议'], clearFor: [...HANDLING, ...DECIDING, ...WATCHING, ...SELF] },
};

/** The papers of the canaries' household, once: the other cases are of other households with the same words. */
function papers(isFirst: boolean): Partial<ApplicationInput> {
  const usual = givenApplication();
  const [self, other] = isFirst ? [applicant, member] : [freshPerson(), freshPerson()];
  return {
    applicant: { ...usual.applicant, name: '钟离金雀', idNumber: self.idNumber, phone: '13899990001' },
    employer: usual.employer && { ...usual.employer, name: '金丝雀织造厂' },
    residence: { ...usual.residence, address: '金丝雀巷七号' },
    household: {
      ...usual.household,
      members: [
        { ...usual.household.members[0]!, name: '钟离金雀', idNumber: self.idNumber, birthOn: self.birthOn, health: '金丝雀综合征' },
        { memberNo: 2, relation: 'spouse', name: '欧阳小雀', idNumber: other.idNumber, birthOn: other.birthOn, annualIncomeFen: 0 },
      ],
    },
    bankAccount: { holderName: '钟离金雀', bankName: '金丝雀银行', cardNumber: '6200009900000271828' },
  };
}

/** Cases full of canaries, standing where most of a case is to be seen. */
export async function givenCanaries(client: ServiceClient): Promise<WalkedCase[]> {
  const intake = await caseIn(client, 'county', 'intake', papers(true));
  await intake.does('returnForCorrection', { reason: '金丝雀补正', items: ['金丝雀补正'] });
  const notice = await caseIn(client, 'county', 'notice1Open', papers(false));
  await notice.send('raiseObjection', null, { kind: 'first', raisedBy: '东方反映', contact: '13499990002', about: '金丝雀异议' });
  const others = [
    await caseIn(client, 'county', 'planning', papers(false)),
    await caseIn(client, 'county', 'prepared', papers(false)),
    await caseIn(client, 'county', 'active', papers(false)),
    await caseIn(client, 'county', 'exitNotice', papers(false)),
    await caseIn(client, 'county', 'relapseVisited', papers(false)),
    await caseIn(client, 'county', 'closed', papers(false)),
    await caseIn(client, 'city', 'collectiveApproval', papers(false)),
  ];
  const mayBeUpdated = ({ view: { awaiting, possible } }: WalkedCase) => [...awaiting, ...possible].some(({ command }) => command === 'updateFile');
  for (const walked of others.filter(mayBeUpdated)) await walked.does('updateFile', { visit: true, note: '金丝雀便条' }, walked.clerk);
  return [intake, notice, ...others];
}

/** The canaries in an answer that this viewer may not see there; what the request itself said is no news. */
export function leaksIn(text: string, sent: string, operation: string, { role, isInScope }: Viewer): string[] {
  if (operation === 'revealField' && isInScope && [...HANDLING, ...PAYING].includes(role)) return [];
  // Everything that is held about a person, for that person.
  if (operation === 'exportPersonalData' && isInScope && ['handler', 'head'].includes(role)) return [];
  return Object.entries(KINDS).flatMap(([kind, { values, clearFor, isInNotice }]) => {
    if (isInNotice && operation === 'getPublicNotice') return [];
    if (isInScope && clearFor.includes(role)) return [];
    return values.filter((value) => text.includes(value) && !sent.includes(value)).map((value) => `${kind} ${value}`);
  });
}
