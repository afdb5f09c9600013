import { createHmac } from 'node:crypto';
import type { Pool } from 'pg';
import { appendAuthEvent } from '../../store/auth-event.store';
import { countFailure, countTry, forgetFailures, isKnownPlace, rememberPlace, sweepFailures, takeBack, type DelayKey } from '../../store/sign-in-delay.store';
import { addressPrefix, placeOf } from './address';
import { signInDelayed } from './problems';

const FAILURES_FREE = { pair: 5, account: 5, address: 20 };

/** A try to sign in that was let through. For the account it counts as failed until one of these is called. */
export interface Try {
  /** It has failed. @returns whether the next one has to wait for that */
  fail(): Promise<boolean>;
  /** Neither failed nor succeeded: the password is right and the code has not come yet. */
  undo(): Promise<void>;
  /** All that is asked for was given: the account's own failures are forgotten, and not those of others from the same address. */
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
    const name = nameOf(username);
    const place = placeOf(address);
    const placeHash = this.digest('place', place);
    const isKnown = await isKnownPlace(this.pool, username, placeHash);
    const pair: DelayKey = { kind: 'pair', key: this.digest('pair', name, place), failuresFree: FAILURES_FREE.pair };
    const account: DelayKey = { kind: 'account', key: this.digest('account', name), failuresFree: FAILURES_FREE.account };
    // Counted after the fact: many people of one office sign in at the same moment, and none of them has failed yet.
    const shared: DelayKey = { kind: 'address', key: this.digest('address', place), failuresFree: FAILURES_FREE.address };
    const outcome = await countTry(this.pool, isKnown ? [pair] : [pair, account], isKnown ? [] : [shared]);
    if ('waitSeconds' in outcome) throw signInDelayed(outcome.waitSeconds);
    const { counted } = outcome;
    return {
      fail: async () => {
        // Not that of somebody at his desk: it waits for himself, and what an office mistypes in a day must not keep its newcomers out.
        const all = isKnown ? counted : [...counted, await countFailure(this.pool, shared)];
        const delaysTheNext = all.some(({ blockedUntil }) => blockedUntil !== null);
        if (delaysTheNext) await sweepFailures(this.pool);
        return delaysTheNext;
      },
      undo: () => takeBack(this.pool, counted),
      succeed: async (userId) => {
        await forgetFailures(this.pool, [pair.key, account.key]);
        await rememberPlace(this.pool, userId, placeHash);
      },
    };
  }

  /** Forgets what failed for an account, wherever it was tried from, when an administrator has looked after it. */
  async forgetAccount(username: string): Promise<void> {
    await forgetFailures(this.pool, [this.digest('account', nameOf(username))]);
  }

  private digest(...parts: string[]): Buffer {
    return createHmac('sha256', this.key).update(JSON.stringify(parts)).digest();
  }
}

/** Lets a try count as failed, and tells of it in the list of events; also that the next one will wait. */
export async function noteFailure(pool: Pool, tried: Try, { userId, address, reason }: { userId?: string; address: string; reason: string }): Promise<void> {
  const common = { userId, addressPrefix: addressPrefix(address) };
  await appendAuthEvent(pool, { type: 'signInFailed', ...common, details: { reason } });
  if (await tried.fail()) await appendAuthEvent(pool, { type: 'signInDelayed', ...common });
}

/** Names that differ in capitals only count as one. */
function nameOf(username: string): string {
  return username.normalize('NFC').toLowerCase();
}
