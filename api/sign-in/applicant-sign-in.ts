import { createHmac, randomInt, timingSafeEqual } from 'node:crypto';
import type { Pool } from 'pg';
import type { BlindIndex } from '../../security/blind-index';
import { applicantUser, takeAccount } from '../../store/applicant-account.store';
import { appendAuthEvent } from '../../store/auth-event.store';
import { countAttempt, dropCode, keepCode, takeCode } from '../../store/sign-in-code.store';
import { countTry, forgetFailures, sweepFailures, takeBack, type DelayKey } from '../../store/sign-in-delay.store';
import { SmsNotSent, type SmsSender } from '../sms/sms-sender';
import { addressPrefix, placeOf } from './address';
import { phoneCodeWrong, signInDelayed, smsNotSent, smsOff, tooManyIdNumbers } from './problems';
import type { OpenedSession, Sessions } from './sessions';

const CODE_DIGITS = 6;
const CODE_MINUTES = 5;
/**
 * Wrong guesses at one code, five in all. Some are kept for the place that has asked for it: strangers who guess, or ask for a new
 * one and guess that, do not use up the code of whoever asked himself.
 */
const ATTEMPTS_MAX = { asker: 2, anybody: 3 };
/** Codes without a pause; then a minute, two, four, up to an hour. */
const CODES_FREE = { phone: 1, address: 20 };

/** New ones with one telephone: a family has that many members who apply. */
const ID_NUMBERS_A_DAY = 5;

/** Keys of what the record holds of numbers and codes: whoever has it, and not them, can try out neither. */
export interface ApplicantKeys {
  phone: Buffer;
  code: Buffer;
  delay: Buffer;
}

/**
 * Applicants sign in with a code that is sent to their telephone, and say their ID number with it. The code proves the number;
 * both numbers together open the cases in which exactly these two stand, and a first application may be filed with them.
 *
 * Asking for a code looks at no case, so it is the same for every number. A session is begun for every number that is
 * proven, whatever ID number is said: whether there is a case shows inside only, to whoever has both.
 */
export class ApplicantSignIn {
  constructor(
    private readonly pool: Pool,
    private readonly sessions: Sessions,
    private readonly index: BlindIndex,
    private readonly keys: ApplicantKeys,
    private readonly sms: SmsSender | undefined,
  ) {}

  /**
   * Sends a new code to a mobile number of eleven digits. The one before holds no more, but where it was asked for.
   *
   * @throws HttpProblem SIGN_IN_DELAYED while the pause lasts, SMS_OFF, SMS_NOT_SENT
   */
  async requestCode(phone: string, address: string): Promise<{ expiresInSeconds: number }> {
    if (!this.sms) throw smsOff();
    const outcome = await countTry(this.pool, [this.countOfPhone(phone), this.countOfAddress(address)], []);
    if ('waitSeconds' in outcome) throw signInDelayed(outcome.waitSeconds);
    await sweepFailures(this.pool);
    const code = String(randomInt(10 ** CODE_DIGITS)).padStart(CODE_DIGITS, '0');
    const kept = { keys: [this.phoneKey(phone), this.askerKey(phone, address)], codeHash: this.codeHash(phone, code), minutes: CODE_MINUTES };
    await keepCode(this.pool, kept);
    try {
      await this.sms.send({ to: phone, text: `【职工帮扶】验证码${code}，${CODE_MINUTES}分钟内有效。工作人员不会向您索要验证码，请勿告诉他人。` });
    } catch (error) {
      await dropCode(this.pool, kept.keys, kept.codeHash);
      if (!(error instanceof SmsNotSent)) throw error;
      // Nobody waits for a message that never went. One that may have gone counts: a slow gateway must not let a telephone be flooded.
      if (!error.isUnclear) await takeBack(this.pool, outcome.counted);
      throw smsNotSent(error);
    }
    return { expiresInSeconds: CODE_MINUTES * 60 };
  }

  /** Begins a session with the code that was sent. @throws HttpProblem CODE_NOT_ACCEPTED for whatever is wrong with it; TOO_MANY_ID_NUMBERS */
  async confirmCode({ phone, code, idNumber }: { phone: string; code: string; idNumber: string }, address: string): Promise<OpenedSession> {
    if (!(await this.isTaken(phone, code, address))) {
      await appendAuthEvent(this.pool, { type: 'signInFailed', addressPrefix: addressPrefix(address), details: { reason: 'phoneCode' } });
      throw phoneCodeWrong();
    }
    await forgetFailures(this.pool, [this.countOfPhone(phone).key]);
    // Many people come to one union hall: only codes that nobody confirms count against its address.
    await takeBack(this.pool, [{ key: this.countOfAddress(address).key, blockedUntil: null }]);
    const index = this.index.ofApplicant({ idNumber, phone });
    const account = await takeAccount(this.pool, { applicantIndex: index, phoneKey: this.phoneKey(phone) }, ID_NUMBERS_A_DAY);
    if (!account) throw tooManyIdNumbers();
    const { id } = applicantUser(account.id, index.toString('hex'));
    await appendAuthEvent(this.pool, { type: 'signedIn', userId: id, actor: id, addressPrefix: addressPrefix(address), details: { method: 'phoneCode', isFull: true } });
    return this.sessions.open({ id, epoch: account.epoch }, { isFull: true, method: 'phoneCode', address });
  }

  /** Whether the code is right; it is used up with that. Of two at once one has it. */
  private async isTaken(phone: string, code: string, address: string): Promise<boolean> {
    const given = this.codeHash(phone, code);
    const askedFor = await countAttempt(this.pool, this.askerKey(phone, address), ATTEMPTS_MAX.asker);
    if (askedFor !== undefined && timingSafeEqual(askedFor, given)) return takeCode(this.pool, given);
    const held = await countAttempt(this.pool, this.phoneKey(phone), ATTEMPTS_MAX.anybody, askedFor);
    return held !== undefined && timingSafeEqual(held, given) && takeCode(this.pool, given);
  }

  private countOfPhone(phone: string): DelayKey {
    return { kind: 'codePhone', key: digest(this.keys.delay, 'codePhone', phone), failuresFree: CODES_FREE.phone };
  }

  private countOfAddress(address: string): DelayKey {
    return { kind: 'codeAddress', key: digest(this.keys.delay, 'codeAddress', placeOf(address)), failuresFree: CODES_FREE.address };
  }

  private phoneKey(phone: string): Buffer {
    return digest(this.keys.phone, phone);
  }

  private askerKey(phone: string, address: string): Buffer {
    return digest(this.keys.phone, phone, placeOf(address));
  }

  /** Of this number only: it says nothing of the code of another. */
  private codeHash(phone: string, code: string): Buffer {
    return digest(this.keys.code, phone, code);
  }
}

function digest(key: Buffer, ...parts: string[]): Buffer {
  return createHmac('sha256', key).update(JSON.stringify(parts)).digest();
}
