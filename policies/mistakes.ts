import type { z } from 'zod';

/** Something wrong in a policy or reference file, with the path to the leaf that must be mended. */
export interface Mistake {
  file: string;
  /** Like `notice.workingDays` or `routes.2.to`; empty for the file as a whole. */
  path: string;
  message: string;
}

/** All mistakes of all files at once, so that one run shows what there is to mend. */
export class PolicyMistakes extends Error {
  constructor(readonly mistakes: readonly Mistake[]) {
    super(`mistakes in policy files:\n${mistakes.map(lineOf).join('\n')}`);
    this.name = 'PolicyMistakes';
  }
}

/** One line for a person to read. */
export function lineOf({ file, path, message }: Mistake): string {
  return [file, path, message].filter((part) => part !== '').join(': ');
}

/** The mistakes that a schema found in a file. An unknown key is reported at its own path, like any other leaf. */
export function mistakesOf(file: string, error: z.ZodError): Mistake[] {
  return error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ file, path: [...issue.path, key].join('.'), message: 'unknown key' }))
      : [{ file, path: issue.path.join('.'), message: issue.message }],
  );
}
