import type { Pool } from 'pg';
import type { Role } from '../../../domain/case-facts';
import { saveDemoUsers } from '../../../store/user.store';
import { CallerAt } from '../given/caller';
import { GROUPS, type Group } from './matrix-table';

/** Somebody who asks: with a token, or nobody in particular. */
export interface Person {
  /** User name, or what kind of nobody or machine. */
  name: string;
  group: Group;
  letter: string;
  orgId?: string;
  token?: string;
}

const ROLES: Record<string, readonly Role[]> = {
  c: ['clerk'],
  h: ['handler'],
  H: ['head'],
  v: ['leader', 'member1', 'member2', 'member3'],
  f: ['finance'],
  t: ['treasurer'],
  a: ['auditor'],
  s: ['supervisor'],
  A: ['admin'],
  O: ['operator'],
};

/** Which unions a group's people belong to; `own` and so on are those of a case which the county, or the city, reviews and owns. */
const UNIONS: Record<'county' | 'city', Partial<Record<Group, { clerks: readonly string[]; offices: readonly string[] }>>> = {
  county: {
    staff: { clerks: ['wx-liangxi-e1'], offices: [] },
    own: { clerks: [], offices: ['wx-liangxi'] },
    above: { clerks: [], offices: ['wx', 'js'] },
    others: { clerks: ['wx-liangxi-c1', 'wx-xishan-e1', 'bz-qiaocheng-e1'], offices: ['wx-xishan', 'bz', 'bz-qiaocheng'] },
  },
  city: {
    staff: { clerks: ['wx-liangxi-e1'], offices: [] },
    own: { clerks: [], offices: ['wx'] },
    above: { clerks: [], offices: ['js'] },
    below: { clerks: [], offices: ['wx-liangxi'] },
    others: { clerks: ['wx-liangxi-c1', 'bz-qiaocheng-e1'], offices: ['wx-xishan', 'bz'] },
  },
};
export type World = keyof typeof UNIONS;

interface Entered {
  id: string;
  orgId: string;
  roles: Role[];
}

/** The roles that there are in a union of this place in the tree. */
function existsAt(orgId: string, role: Role): boolean {
  const isProvince = orgId === 'js';
  const isCity = orgId === 'wx' || orgId === 'bz';
  if (role === 'supervisor' || role === 'operator') return isProvince || isCity;
  return !isProvince || role === 'auditor';
}

/** Sees to it that the people of all groups exist, apart from the demo's, so that nobody else's tests meet them. */
export class People {
  private constructor(
    private readonly url: string,
    private readonly password: string,
    private readonly tokens: Map<string, string>,
    private readonly series: string,
  ) {}

  /** @param series behind the names of these users */
  static async enter(pool: Pool, { url, password }: { url: string; password: string }, series: string): Promise<People> {
    const people = new People(url, password, new Map(), series);
    const { rows } = await pool.query<{ hash: string }>(`select password_hash as hash from app_user where id = 'wx.handler'`);
    const users = [...new Map(people.all().map((user) => [user.id, user])).values(), ...people.bystanders()];
    await saveDemoUsers(pool, users, rows[0]?.hash ?? '');
    for (const { id } of users) people.tokens.set(id, await people.freshToken(id));
    return people;
  }

  /** Of one group of one world: everybody whom the letter stands for. */
  of(world: World, group: Group, letter: string): Person[] {
    const unions = UNIONS[world][group];
    if (!unions) return [];
    return (ROLES[letter] ?? []).flatMap((role) =>
      (role === 'clerk' ? unions.clerks : unions.offices)
        .filter((orgId) => role === 'clerk' || existsAt(orgId, role))
        .map((orgId) => ({ name: this.nameOf(orgId, role), group, letter, orgId, token: this.token(this.nameOf(orgId, role)) })),
    );
  }

  /** The name of one of these users. */
  nameOf(orgId: string, role: Role | 'bystander' | 'standIn' | 'sentAway'): string {
    return `${orgId}.${role}.${this.series}`;
  }

  get names(): string[] {
    return [...this.tokens.keys()];
  }

  token(name: string): string {
    const token = this.tokens.get(name);
    if (token === undefined) throw new Error(`${name} is none of these people`);
    return token;
  }

  /** One more session of somebody. */
  async freshToken(name: string): Promise<string> {
    return (await CallerAt.anywhere(this.url).signIn(name, this.password)).token ?? '';
  }

  /** One person's own session from now on, in place of one that has ended. */
  async signInAgain(name: string): Promise<void> {
    this.tokens.set(name, await this.freshToken(name));
  }

  private all(): Entered[] {
    const worlds = Object.values(UNIONS).flatMap((groups) => Object.values(groups));
    return worlds.flatMap(({ clerks, offices }): Entered[] => [
      ...clerks.map((orgId): Entered => ({ id: this.nameOf(orgId, 'clerk'), orgId, roles: ['clerk'] })),
      ...offices.flatMap((orgId) =>
        Object.values(ROLES)
          .flat()
          .filter((role) => role !== 'clerk' && existsAt(orgId, role))
          .map((role): Entered => ({ id: this.nameOf(orgId, role), orgId, roles: [role] })),
      ),
    ]);
  }

  /** Those whom the others do something to. */
  private bystanders(): Entered[] {
    return (['bystander', 'standIn', 'sentAway'] as const).map((who) => ({ id: this.nameOf('wx-liangxi', who), orgId: 'wx-liangxi', roles: ['handler'] }));
  }
}

/** Every letter of every group, with its cell's place. */
export function placesOf(group: Group): { letter: string; index: number }[] {
  return Array.from<string>(GROUPS[group]).map((letter, index) => ({ letter, index }));
}
