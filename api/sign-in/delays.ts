import { createHmac } from 'node:crypto';
import type { Pool } from 'pg';
import { appendAuthEvent } from '../../store/auth-event.store';
import { countTry, forgetFailures, isKnownPlace, rememberPlace, sweepFailures, takeBack, type CountedTry, type DelayKey } from '../../store/sign-in-delay.store';
import { addressPrefix, placeOf } from './address';
import { signInDelayed } from './problems';

const FAILURES_FREE = { pair: 5, account: 5, address: 20 };

/** The counts that a try touches; from a place that is known, its own only. */
interface Keys {
  pair: DelayKey;
  account?: DelayKey;
  address?: DelayKey;
}

/** A try to sign in that was let through. It counts as failed until one of the two is called. */
export interface Try {
  /** Whether this failure makes the next one wait. */
  delaysTheNext: boolean;
  /** Neither failed nor succeeded: the password is right and the code has not come yet. */
  undo(): Promise<void>;
  /** All that is asked for was given: the account's own failures are forgotten. */
  succeed(userId: string): Promise<void>;
}

/**
 * Makes guessing slow: growing delays by account, by address and by both together, kept in the record for all API processes.
 *
 * From where somebody has signed in before, only the failures made for him from there count. So whoever guesses at an account,
 * or from an address that many share, delays neither the owner at his desk nor his colleagues; from anywhere else the account
 * waits with the guesser, an hour at the most at a time.
 */
export class SignInDelays {
  /** @param key of the digests in the record: what people type as a name may be a password */
  constructor(
    private readonly pool: Pool,
    private readonly key: Buffer,
  ) {}

  /** Counts a try as failed and lets it through. @throws HttpProblem SIGN_IN_DELAYED while another must be waited for */
  async admit(username: string, address: string): Promise<Try> {
    const place = this.digest('place', placeOf(address));
    const keys = this.keysFor(username, address, await isKnownPlace(this.pool, username, place));
    const outcome = await countTry(this.pool, Object.values(keys) as DelayKey[]);
    if ('waitSeconds' in outcome) throw signInDelayed(outcome.waitSeconds);
    const { counted } = outcome;
    const delaysTheNext = counted.some(({ blockedUntil }) => blockedUntil !== null);
    if (delaysTheNext) await sweepFailures(this.pool);
    return {
      delaysTheNext,
      undo: () => takeBack(this.pool, counted),
      succeed: (userId) => this.succeed(userId, place, keys, counted),
    };
  }

  /** Forgets what failed for an account, wherever it was tried from, when an administrator has looked after it. */
  async forgetAccount(username: string): Promise<void> {
    await forgetFailures(this.pool, [this.digest('account', nameOf(username))]);
  }

  private keysFor(username: string, address: string, isKnown: boolean): Keys {
    const name = nameOf(username);
    const place = placeOf(address);
    const pair: DelayKey = { kind: 'pair', key: this.digest('pair', name, place), failuresFree: FAILURES_FREE.pair };
    if (isKnown) return { pair };
    const account: DelayKey = { kind: 'account', key: this.digest('account', name), failuresFree: FAILURES_FREE.account };
    return { pair, account, address: { kind: 'address', key: this.digest('address', place), failuresFree: FAILURES_FREE.address } };
  }

  private async succeed(userId: string, place: Buffer, { pair, address }: Keys, counted: readonly CountedTry[]): Promise<void> {
    // The address only gets this one try back: whoever has an account of his own must not wipe out his guesses at others.
    if (address) await takeBack(this.pool, counted.filter(({ key }) => key.equals(address.key)));
    await forgetFailures(this.pool, [pair.key, this.digest('account', nameOf(userId))]);
    await rememberPlace(this.pool, userId, place);
  }

  private digest(...parts: string[]): Buffer {
    return createHmac('sha256', this.key).update(JSON.stringify(parts)).digest();
  }
}

/** Tells of a failed try in the list of events, and that the next one will wait. */
export async function noteFailure(pool: Pool, tried: Try, { userId, address, reason }: { userId?: string; address: string; reason: string }): Promise<void> {
  const common = { userId, addressPrefix: addressPrefix(address) };
  await appendAuthEvent(pool, { type: 'signInFailed', ...common, details: { reason } });
  if (tried.delaysTheNext) await appendAuthEvent(pool, { type: 'signInDelayed', ...common });
}

/** Names that differ in capitals only count as one. */
function nameOf(username: string): string {
  return username.normalize('NFC').toLowerCase();
}
