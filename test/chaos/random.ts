/**
 * Numbers that a seed decides: whoever asks the same questions in the same order gets the same answers.
 *
 * Each case and the storm have a stream of their own, so that what one of them asks does not change what another gets.
 */
export class Random {
  private constructor(private state: number) {}

  static of(seed: number, stream = ''): Random {
    // FNV-1a over seed and name, so that neighbouring seeds do not give neighbouring streams.
    let hash = 0x811c9dc5;
    for (const character of `${seed}/${stream}`) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0;
    return new Random(hash);
  }

  /** 0 ≤ x < 1 (mulberry32). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number from `min` to `max`, both included. */
  between(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** @throws RangeError for an empty list */
  pick<T>(choices: readonly T[]): T {
    const [first] = choices;
    if (first === undefined) throw new RangeError('nothing to choose from');
    return choices[this.between(0, choices.length - 1)] ?? first;
  }

  /** One of the choices, each as likely as its weight says. @throws RangeError for an empty list */
  weigh<T>(choices: readonly { weight: number; value: T }[]): T {
    const total = choices.reduce((sum, { weight }) => sum + weight, 0);
    let left = this.next() * total;
    for (const { weight, value } of choices) {
      left -= weight;
      if (left < 0) return value;
    }
    const last = choices.at(-1);
    if (!last) throw new RangeError('nothing to choose from');
    return last.value;
  }
}
