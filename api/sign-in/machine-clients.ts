import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { appendAuthEvent } from '../../store/auth-event.store';
import { transaction } from '../../store/db';
import { findMachineClient, insertMachineClient, revokeMachineClient, type MachineClient } from '../../store/machine-client.store';
import type { User } from '../../store/user.store';
import { roleOfMachine } from '../machine-operations';
import type { OperationId } from '../../access/operations';
import { notFound } from '../problem';
import { addressPrefix } from './address';
import { digestOf, newToken } from './secrets';

const TOKEN = /^bh_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;

/** Programs of other systems, each with a token of its own: scoped, expiring, revocable. */
export class MachineClients {
  constructor(private readonly pool: Pool) {}

  isMachineToken(token: string): boolean {
    return TOKEN.test(token); // by its whole shape: one session in 262,144 begins with the same letters
  }

  /**
   * The machine as it acts in one operation: named `machine:<id>`, with the one role that this operation has for machines, or
   * none where it has no business there.
   *
   * @returns undefined for a token that does not serve
   */
  async identify(token: string, operation: OperationId): Promise<User | undefined> {
    const [, id, secret] = TOKEN.exec(token) ?? [];
    const client = id !== undefined && secret !== undefined ? await findMachineClient(this.pool, id, digestOf(secret)) : undefined;
    if (!client) return undefined;
    const role = roleOfMachine(operation, client.scopes);
    return { id: `machine:${client.id}`, orgId: client.orgId, orgPath: client.orgPath, roles: role ? [role] : [] };
  }

  /** Makes a client for an organisation of the administrator's subtree; the token is shown this once. */
  async create(admin: User, asked: { name: string; orgId: string; scopes: OperationId[]; expiresInDays: number }, address: string): Promise<{ client: MachineClient; token: string }> {
    const id = randomBytes(8).toString('hex');
    const secret = newToken();
    const client = await transaction(this.pool, async (db) => {
      const made = await insertMachineClient(db, { ...asked, id, secretHash: digestOf(secret), createdBy: admin.id });
      const details = { clientId: id, orgId: asked.orgId, scopes: asked.scopes };
      await appendAuthEvent(db, { type: 'machineClientCreated', actor: admin.id, addressPrefix: addressPrefix(address), details });
      return made;
    });
    return { client, token: `bh_${id}_${secret}` };
  }

  /** Ends a client from its next request on. @throws HttpProblem NOT_FOUND */
  async revoke(admin: User, id: string, address: string): Promise<MachineClient> {
    return transaction(this.pool, async (db) => {
      const client = await revokeMachineClient(db, { id, orgPath: admin.orgPath, revokedBy: admin.id });
      if (!client) throw notFound();
      await appendAuthEvent(db, { type: 'machineClientRevoked', actor: admin.id, addressPrefix: addressPrefix(address), details: { clientId: id } });
      return client;
    });
  }
}
