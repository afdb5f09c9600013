import { createHash } from 'node:crypto';

/** A condition that a list may be asked for; without a value it stays away. `text` gets the place of each value, such as `$3`. */
export interface Condition {
  name: string;
  values: readonly unknown[] | undefined;
  text: (...places: string[]) => string;
}

/**
 * The conditions that are asked for, and no others, as part of a statement.
 *
 * Written as "$3 is null or role = $3" a condition that is not asked for would still be one to the planner, which plans a named
 * statement once for all values: it expects next to no rows then, and sorts everything instead of following an index.
 * @param before values that the statement has already
 * @returns `text` begins with `and` or is empty; `name` tells statements with other conditions apart; `values` with those before
 */
export function conditionsOf(before: readonly unknown[], conditions: readonly Condition[]): { text: string; name: string; values: unknown[] } {
  const values = [...before];
  const asked = conditions.filter((condition) => condition.values !== undefined);
  const text = asked.map((condition) => ` and ${condition.text(...(condition.values ?? []).map((value) => `$${values.push(value)}`))}`).join('');
  return { text, name: shortName(asked.map(({ name }) => name).join(',')), values };
}

/** PostgreSQL tells statements apart by the first 63 characters of their names; whoever asks puts some of his own before and behind. */
const NAME_MAX = 32;

/** Another name for each, that is short enough: two statements of one name are an error. */
function shortName(name: string): string {
  return name.length <= NAME_MAX ? name : createHash('sha256').update(name).digest('hex').slice(0, NAME_MAX);
}

/** The values of a condition that is asked for once its value is there. */
export function asked(value: unknown): readonly unknown[] | undefined {
  return value === undefined ? undefined : [value];
}
