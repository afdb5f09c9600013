import { reasonOf } from '../infra/errors';

/** What a check says: how it stands in one sentence, and, unless all is well, what to do about it in another. */
export type Outcome = { level: 'ok'; says: string } | { level: 'warning' | 'wrong'; says: string; fix: string };

/** One thing the doctor looks at. */
export interface Check {
  name: string;
  look: () => Promise<Outcome> | Outcome;
}

export const ok = (says: string): Outcome => ({ level: 'ok', says });
export const warning = (says: string, fix: string): Outcome => ({ level: 'warning', says, fix });
export const wrong = (says: string, fix: string): Outcome => ({ level: 'wrong', says, fix });

/** A check and what it said. */
export type Examined = Outcome & { name: string };

/** Runs a check; one that fails itself is wrong, and the others go on. */
export async function examine({ name, look }: Check): Promise<Examined> {
  try {
    return { name, ...(await look()) };
  } catch (error) {
    return { name, ...wrong(`could not be looked at (${reasonOf(error)})`, 'Mend what is reported above it first, then run the doctor again.') };
  }
}
