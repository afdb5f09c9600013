import { reasonOf } from '../infra/errors';
import { StopList } from '../infra/stop-list';
import type { Part, PartResult, Scale } from './part';

/** How one part went. */
export type PartOutcome = { name: string; question: string; tookSeconds: number } & (({ status: 'measured' } & PartResult) | { status: 'failed'; reason: string });

/** Measures one part; whatever it started is stopped, also when it fails or is interrupted. */
export async function measurePart(part: Part, { quick }: Scale, tell: (line: string) => void, signal: AbortSignal): Promise<PartOutcome> {
  const startedAt = performance.now();
  const stops = new StopList();
  const head = { name: part.name, question: part.question };
  const tookSeconds = () => Math.round((performance.now() - startedAt) / 1000);
  try {
    const measured = part.measure({ quick, tell, signal, onEnd: (undo) => stops.add(undo) });
    // Interrupted, requests that are under way lose what they wait for; how they fail is nobody's business any more.
    const result = await Promise.race([measured, untilAborted(signal)]);
    await stops.stopAll();
    return { ...head, tookSeconds: tookSeconds(), status: 'measured', ...result };
  } catch (error) {
    const reasons = [error, await stops.stopAll().catch((fault: unknown) => fault)].filter((fault) => fault !== undefined).map(reasonOf);
    return { ...head, tookSeconds: tookSeconds(), status: 'failed', reason: reasons.join('; ') };
  }
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('interrupted')), { once: true }));
}
