import { Applicant, type Telephone } from '../given/applicant';
import type { WalkedCase } from '../given/walked-case';

/** Applicants who sign in when they are asked for, each once. */
export class Applicants {
  private readonly tokens = new Map<string, Promise<string>>();

  /** Token of the session of whoever has these numbers. */
  token(who: Telephone): Promise<string> {
    const token = this.tokens.get(who.phone) ?? this.freshToken(who);
    this.tokens.set(who.phone, token);
    return token;
  }

  /** One more session. Of one telephone, one after the other: a new code ends the one before. */
  async freshToken(who: Telephone): Promise<string> {
    return (await Applicant.signIn(who)).caller.token ?? '';
  }

  /** The own session from now on, in place of one that has ended. */
  async signInAgain(who: Telephone): Promise<void> {
    this.tokens.set(who.phone, this.freshToken(who));
    await this.token(who);
  }
}

/** The numbers by which a case is somebody's own. */
export function telephoneOf({ application: { applicant } }: WalkedCase): Telephone {
  return { phone: applicant.phone, idNumber: applicant.idNumber };
}
