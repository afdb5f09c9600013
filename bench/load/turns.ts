/** One command: of which case, and the how manyth of it. */
export interface Turn {
  place: number;
  step: number;
}

/**
 * The order in which cases take turns: new ones come in evenly among the later commands of those before, and between two commands of one
 * case lie about `apart` of others. All first commands, then all second ones, would be a load of openings alone, which are the dearest,
 * and then one of none.
 */
export function turns(cases: number, steps: number, apart: number): Turn[] {
  const all = Array.from({ length: cases * steps }, (_none, index): Turn => ({ place: Math.floor(index / steps), step: index % steps }));
  const positionOf = ({ place, step }: Turn) => place * steps + step * apart;
  return all.sort((one, other) => positionOf(one) - positionOf(other) || one.step - other.step);
}
