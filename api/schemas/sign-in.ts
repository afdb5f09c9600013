import { z } from 'zod';
import type { Session } from '../../store/session.store';
import type { User } from '../../store/user.store';
import type { ReferenceTables } from '../reference-tables';
import { both } from '../schema-messages';

/** What is typed to sign in. */
export const UserName = z.string().trim().min(1).max(100);

/** A user name to be given: no colon, which tells machines from people, and no sign that looks like none. */
export const NewUserName = z
  .string()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u, both('只能由字母、数字、点、横线和下划线组成', 'letters, digits, dots, dashes and underscores only'))
  .refine((name) => name === name.normalize('NFC'), both('含有不规范的字符', 'holds characters in an unusual form'));

/** What is still owed before anything else can be done. */
const OWED = ['changePassword', 'enrolSecondFactor', 'provideSecondFactor'] as const;

export const UserSchema = z
  .object({
    name: z.string(),
    orgId: z.string(),
    orgName: z.string(),
    roles: z.array(z.string()),
    owes: z.array(z.enum(OWED)).optional().meta({ description: 'what must be done first; left out when nothing is' }),
  })
  .meta({ id: 'User' });

export const SessionAnswer = z.object({ token: z.string(), user: UserSchema });

export const SessionSchema = z
  .object({
    id: z.string(),
    method: z.string(),
    createdAt: z.string(),
    lastSeenAt: z.string(),
    expiresAt: z.string(),
    addressPrefix: z.string().nullable(),
    isCurrent: z.boolean(),
  })
  .meta({ id: 'Session' });

/** A user as the answers show one. */
export function viewOfUser({ id, orgId, roles }: User, tables: ReferenceTables, session?: Session): z.infer<typeof UserSchema> {
  const owes = session ? owedIn(session) : [];
  return { name: id, orgId, orgName: tables.organisations.get(orgId)?.name ?? '', roles, ...(owes.length > 0 ? { owes } : {}) };
}

function owedIn({ method, mustChangePassword, isFull, hasSecondFactor }: Session): (typeof OWED)[number][] {
  return [
    ...(mustChangePassword && method.startsWith('password') ? (['changePassword'] as const) : []),
    ...(isFull ? [] : [hasSecondFactor ? ('provideSecondFactor' as const) : ('enrolSecondFactor' as const)]),
  ];
}
