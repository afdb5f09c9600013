import { createHash } from 'node:crypto';
import type { ChainLink, ChainRange } from '../../store/chain-walk.store';
import type { Db } from '../../store/db';
import { listCertificates } from '../../store/destruction.store';
import { canonical } from '../../store/event-hash';
import type { Faults } from './faults';

/** What the event of a destruction says of its certificate. */
interface Said {
  seq: number;
  number: unknown;
  sha256: unknown;
}

/** Holds the certificates of destruction against the chains of their cases: each is the one whose digest its case's event has. */
export class CertificateCheck {
  private readonly said = new Map<string, Said>();

  take({ chain, seq, content }: ChainLink): void {
    if (content.type !== 'personalDataDestroyed') return;
    const { certificate, certificateSha256 } = content.data as Record<string, unknown>;
    this.said.set(chain, { seq, number: certificate, sha256: certificateSha256 });
  }

  /** To be called when all links of these chains were taken. */
  async finish(db: Db, range: ChainRange, faults: Faults): Promise<void> {
    for (const { chain, number, content, sha256 } of await listCertificates(db, range)) {
      const said = this.said.get(chain);
      this.said.delete(chain);
      const isWhole = createHash('sha256').update(canonical(content)).digest('hex') === sha256;
      if (said && isWhole && said.sha256 === sha256 && said.number === number) continue;
      const says = said ? 'its certificate of destruction is not the one that was issued' : 'there is a certificate of its destruction, and nothing in it says that it was destroyed';
      faults.add({ kind: 'certificate', chain, ...(said ? { seq: said.seq } : {}), says });
    }
    for (const [chain, { seq }] of this.said) faults.add({ kind: 'certificate', chain, seq, says: 'its certificate of destruction is gone' });
  }
}
