/** Sends short messages. */
export interface SmsSender {
  /**
   * Resolves once the message is handed over. Not tried again: what it says is over soon.
   * @throws SmsNotSent
   */
  send(message: SmsMessage): Promise<void>;
}

export interface SmsMessage {
  /** Mobile number of eleven digits. */
  to: string;
  text: string;
}

/** Says why, and neither to whom nor what. */
export class SmsNotSent extends Error {
  override readonly name = 'SmsNotSent';

  /** @param isUnclear whether the message may have gone all the same: nobody has said that it has not */
  constructor(
    message: string,
    readonly isUnclear: boolean,
  ) {
    super(message);
  }
}
