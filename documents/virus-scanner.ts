/** What a scanner says of bytes. `failed`: it cannot judge these bytes, and asking again will not help. */
export type Verdict = { verdict: 'clean' } | { verdict: 'infected' } | { verdict: 'failed' };

/** Looks for known malicious content. */
export interface VirusScanner {
  /** @throws ScannerAway when it does not answer, or not as it should; a later try may succeed */
  scan(bytes: Buffer): Promise<Verdict>;
}

export class ScannerAway extends Error {
  override readonly name = 'ScannerAway';

  /** @param wasReached whether it was there and took the bytes: then it may be these that it cannot bear */
  constructor(
    message: string,
    readonly wasReached: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Development without a scanner: nothing is looked at. Production without one leaves documents in quarantine instead. */
export const NO_SCANNER: VirusScanner = { scan: () => Promise.resolve({ verdict: 'clean' }) };
