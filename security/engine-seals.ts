import type { PayloadSeals } from '../infra/temporal/payload-codec';
import type { DataKeys } from './data-keys';
import { SealBroken, type Place, type Seal } from './envelope';

/** Names the key of the service on what it has sealed; the key of a case is `case/<case id>`. */
const SERVICE_KEY = 'service';

/**
 * Seals what the engine keeps: of the workflow of a case with the key of the case, so that it goes with it; of all others with a key
 * of the service. Each is bound to its workflow.
 */
export class EngineSeals implements PayloadSeals {
  /** @param caseIdOf the case whose workflow has this id; undefined: it is no case */
  constructor(
    private readonly cases: DataKeys,
    private readonly service: Seal,
    private readonly caseIdOf: (workflowId: string) => string | undefined,
  ) {}

  /** @throws KeyDestroyed, KeyNotThere, and what the provider throws; never for a failure, for there is nobody left to tell of it */
  async seal(workflowId: string, bytes: Uint8Array, ofFailure: boolean): Promise<{ keyId: string; sealed: Uint8Array }> {
    const caseId = this.caseIdOf(workflowId);
    const plain = Buffer.from(bytes);
    if (caseId === undefined) return this.byService(workflowId, plain);
    try {
      const seal = await this.cases.sealOf(caseId);
      return { keyId: keyIdOf(caseId), sealed: seal.sealBytes(placeOf(workflowId), plain) };
    } catch (error) {
      if (!ofFailure) throw error;
      return this.byService(workflowId, plain);
    }
  }

  /** @throws SealBroken, KeyDestroyed, KeyNotThere, and what the provider throws */
  async open(workflowId: string, keyId: string, sealed: Uint8Array): Promise<Uint8Array> {
    const place = placeOf(workflowId);
    if (keyId === SERVICE_KEY) return this.service.openBytes(place, Buffer.from(sealed));
    const caseId = this.caseIdOf(workflowId);
    if (caseId === undefined || keyId !== keyIdOf(caseId)) throw new SealBroken(keyId, place);
    return (await this.cases.sealOf(caseId)).openBytes(place, Buffer.from(sealed));
  }

  private byService(workflowId: string, bytes: Buffer): { keyId: string; sealed: Uint8Array } {
    return { keyId: SERVICE_KEY, sealed: this.service.sealBytes(placeOf(workflowId), bytes) };
  }
}

function keyIdOf(caseId: string): string {
  return `case/${caseId}`;
}

function placeOf(workflowId: string): Place {
  return { table: 'engine', column: 'payload', rowId: workflowId };
}
