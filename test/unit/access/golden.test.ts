import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { caseViewFor } from '../../../api/case-view';
import { instantAt } from '../../../domain/calendar-date';
import { ROLES, type Role } from '../../../domain/case-facts';
import { loadReference } from '../../../policies/reference';
import { application } from '../api/given';
import { LIANGXI, PlayedCase, WUXI_DEEP } from '../domain/played-case';

const { applicant, employer, residence, bankAccount, household } = application();
const personal = { applicant, employer, residence, members: household.members, bankAccount, contactPerson: null };
const played = PlayedCase.apply(LIANGXI, WUXI_DEEP).to('active');
const planTexts = new Map(played.record.aidPlans.map(({ id }) => [id, [{ measure: '探访岑言言，电话 19900000700', period: '2024' }]]));

/** All who may ever look, the applicant of the case among them. */
const VIEWERS: Role[] = [...ROLES, 'applicant'];

function asSeenBy(role: Role) {
  const clockOffsetMs = instantAt(played.today, 9) - Date.now();
  const view = caseViewFor([role], { record: played.record, clockOffsetMs, personal, planTexts, reference: played.place.reference, organisations: loadReference().organisations });
  return JSON.parse(JSON.stringify({ ...view, now: '(its clock)' })) as unknown;
}

// An administrator is refused before there is a view; if one were built by mistake, it would have nothing in clear.
test.each(VIEWERS)('golden: a whole case as the %s sees it', (role) => {
  const file = join(__dirname, 'golden', `${role}.json`);
  const seen = asSeenBy(role);
  // WRITE_GOLDEN=1 writes what is there; it is then read line by line before it is committed.
  if (process.env.WRITE_GOLDEN === '1') writeFileSync(file, `${JSON.stringify(seen, null, 2)}\n`);
  expect(existsSync(file)).toBe(true);
  expect(seen).toEqual(JSON.parse(readFileSync(file, 'utf8')));
});

test.each(VIEWERS)('the golden view of the %s holds no ID number, telephone number, card number, address or diagnosis', (role) => {
  const text = JSON.stringify(asSeenBy(role));
  for (const secret of [applicant.idNumber, '19780516', applicant.phone, bankAccount.cardNumber, residence.address, '高血压', '戴言言']) expect(text).not.toContain(secret);
});
