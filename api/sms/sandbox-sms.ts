import type { Pool } from 'pg';
import { insertSandboxMessage, listSandboxMessages } from '../../store/sms-sandbox.store';
import type { Sealer } from '../sign-in/sealing';
import type { SmsMessage, SmsSender } from './sms-sender';

const PLACE = 'sms_sandbox_message/sealed';
const SHOWN_MAX = 50;

/** Outside of production: messages go nowhere; the developer reads them at the operators' port. */
export class SandboxSms implements SmsSender {
  constructor(
    private readonly pool: Pool,
    private readonly sealer: Sealer,
  ) {}

  async send({ to, text }: SmsMessage): Promise<void> {
    await insertSandboxMessage(this.pool, this.sealer.seal(Buffer.from(JSON.stringify({ to, text })), PLACE));
  }

  /** The messages of the last hour, the newest first. */
  async sent(): Promise<(SmsMessage & { sentAt: string })[]> {
    const messages = await listSandboxMessages(this.pool, SHOWN_MAX);
    return messages.map(({ sealed, sentAt }) => ({ ...(JSON.parse(this.sealer.open(sealed, PLACE).toString('utf8')) as SmsMessage), sentAt: sentAt.toISOString() }));
  }
}
