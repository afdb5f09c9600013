import type { Pool } from 'pg';
import { hashPassword, isPassword, needsRehash } from '../api/passwords';
import { loadPolicies } from '../policies/load';
import { loadReference } from '../policies/reference';
import { saveOrganisations } from '../store/organisation.store';
import { saveReferenceDocument } from '../store/reference.store';
import { listDemoHashes, saveDemoUsers } from '../store/user.store';
import { demoUsers } from './demo-users';

/**
 * Loads policies, calendar, living standards and organisations into the record. Loading them again brings changes in;
 * open cases decide by them from their next command on.
 *
 * @throws PolicyMistakes with all mistakes at once: a service must not start on half of its rules
 */
export async function loadTables(pool: Pool, policyDir: string | undefined): Promise<void> {
  const policies = loadPolicies(policyDir);
  const reference = loadReference();
  await saveOrganisations(pool, reference.organisations);
  await saveReferenceDocument(pool, 'policies', policies);
  await saveReferenceDocument(pool, 'calendar', reference.calendar);
  await saveReferenceDocument(pool, 'livingStandards', reference.livingStandards);
}

/** Seeds the demo's people; never in production. All share one password and, being a demo, one hash of it. */
export async function seedDemoUsers(pool: Pool, password: string): Promise<void> {
  const users = demoUsers(loadReference().organisations.values());
  const hashes = await listDemoHashes(pool, users.map((user) => user.id));
  const [hash] = hashes;
  const isOneForAll = hashes.length === users.length && new Set(hashes).size === 1;
  if (isOneForAll && hash !== undefined && !needsRehash(hash) && (await isPassword(password, hash))) return;
  await saveDemoUsers(pool, users, await hashPassword(password));
}
