import { labelOf } from '../domain/explanation';
import { loadConsentTexts } from './consent-texts';
import { loadPolicies } from './load';
import type { LoadedPolicies } from './load';
import { lineOf, PolicyMistakes } from './mistakes';
import type { Mistake } from './mistakes';
import { loadReference } from './reference';

/** `npm run policy:check [DIR]`: prints every value of every profile with where it comes from, or every mistake. */
function main(dir: string | undefined): void {
  const mistakes: Mistake[] = [];
  const loaded = collecting(mistakes, () => loadPolicies(dir));
  const reference = collecting(mistakes, () => loadReference());
  collecting(mistakes, () => loadConsentTexts());
  if (loaded && reference) {
    const unknown = loaded.attachments.filter(({ orgId }) => !reference.organisations.has(orgId));
    mistakes.push(
      ...unknown.map(({ orgId, profileId }) => ({ file: profileId, path: 'organisations', message: `no organisation ${orgId}` })),
    );
  }
  if (!loaded || mistakes.length > 0) {
    process.stderr.write(`${mistakes.map(lineOf).join('\n')}\n${mistakes.length} mistake(s)\n`);
    process.exitCode = 1;
    return;
  }
  process.stdout.write(tables(loaded));
}

function collecting<T>(mistakes: Mistake[], load: () => T): T | undefined {
  try {
    return load();
  } catch (error) {
    if (!(error instanceof PolicyMistakes)) throw error;
    mistakes.push(...error.mistakes);
    return undefined;
  }
}

function tables({ policies, heads }: LoadedPolicies): string {
  return policies
    .map((policy, index) => {
      const head = heads[index];
      const parent = head?.inherits ? `, inherits ${head.inherits}` : '';
      const title = `${policy.id} v${policy.version}, from ${policy.effectiveFrom}${parent}`;
      const rows = rowsOf(policy);
      const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
      const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
      return [title, head?.document ?? '', ...lines.map((line) => `  ${line}`), ''].join('\n');
    })
    .join('\n');
}

/** One row per value: path, value, citation. */
function rowsOf(branch: object, path: string[] = []): string[][] {
  return Object.entries(branch).flatMap(([key, leaf]: [string, unknown]) => {
    if (typeof leaf !== 'object' || leaf === null) return [];
    const here = [...path, key];
    const { rule, assumption, fact, ...rest } = leaf as { rule?: string; assumption?: string; fact?: string };
    const label = labelOf({ rule, assumption, fact });
    if ('value' in rest) return [[here.join('.'), JSON.stringify(rest.value), label]];
    if (rule !== undefined || assumption !== undefined) return [[here.join('.'), JSON.stringify(rest), label]];
    return rowsOf(leaf, here);
  });
}

main(process.argv[2]);
