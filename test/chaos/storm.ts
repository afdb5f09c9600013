import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../../infra/until';
import { reloadShards } from '../stack/engine-shards';
import type { Random } from './random';
import type { Part, Stage } from './stage';

/** One blow to the service. */
export type Blow =
  | { kind: 'kill'; parts: Part[]; downMsMax: number }
  | { kind: 'freeze'; parts: Part[]; forMsMax: number }
  | { kind: 'shardsMove' }
  | { kind: 'powerCut' };

/** Every way in which the service is hit: one part, both of a kind, two that stand on one another, stillness, memory lost, everything at once. */
export const BLOWS: readonly Blow[] = [
  { kind: 'kill', parts: ['worker'], downMsMax: 4_000 },
  { kind: 'kill', parts: ['worker', 'worker-2'], downMsMax: 4_000 },
  { kind: 'kill', parts: ['api'], downMsMax: 3_000 },
  { kind: 'kill', parts: ['api', 'api-2'], downMsMax: 3_000 },
  { kind: 'kill', parts: ['postgres'], downMsMax: 4_000 },
  { kind: 'kill', parts: ['temporal-server'], downMsMax: 4_000 },
  { kind: 'kill', parts: ['temporal-server', 'worker'], downMsMax: 4_000 },
  { kind: 'kill', parts: ['postgres', 'temporal-server'], downMsMax: 3_000 },
  { kind: 'kill', parts: ['bank-sandbox'], downMsMax: 8_000 },
  { kind: 'freeze', parts: ['worker', 'worker-2'], forMsMax: 12_000 },
  { kind: 'freeze', parts: ['postgres'], forMsMax: 12_000 },
  { kind: 'freeze', parts: ['temporal-server'], forMsMax: 8_000 },
  { kind: 'freeze', parts: ['api'], forMsMax: 8_000 },
  { kind: 'freeze', parts: ['bank-sandbox'], forMsMax: 12_000 },
  { kind: 'shardsMove' },
  { kind: 'powerCut' },
];

/** The blows that a short run has time for: each part dies once. */
export const FEW_BLOWS: readonly Blow[] = [
  { kind: 'kill', parts: ['worker'], downMsMax: 1_000 },
  { kind: 'kill', parts: ['api', 'api-2'], downMsMax: 1_000 },
  { kind: 'kill', parts: ['postgres'], downMsMax: 1_000 },
  { kind: 'kill', parts: ['temporal-server'], downMsMax: 1_000 },
  { kind: 'kill', parts: ['bank-sandbox'], downMsMax: 1_000 },
];

export interface StormPlan {
  stage: Stage;
  random: Random;
  blows: readonly Blow[];
  /** How many blows; the deck is gone through in a new order each time. */
  rounds: number;
  /** Commands carried out so far: between two blows the cases move. */
  carriedOut: () => number;
  /** How many of them, at the least and at the most, between two blows. */
  gap: [number, number];
  isOver: () => boolean;
  tell: (line: string) => void;
  /** Told of each blow before it falls. */
  struck: (blow: Blow) => void;
  /** Something is wrong that lies between the blows. */
  fault: (sentence: string) => void;
}

/** A service that carries nothing out for so long after a blow has not recovered from it. */
const RECOVERS_WITHIN_MS = 150_000;

/** Lets blow after blow fall, each into cases that move. @throws NotInTime when the service does not recover from one */
export async function storm(plan: StormPlan): Promise<void> {
  let deck: Blow[] = [];
  for (let round = 1; round <= plan.rounds && !plan.isOver(); round++) {
    await untilCasesHaveMoved(plan);
    await reviveWhatDied(plan);
    if (plan.isOver()) return;
    if (deck.length === 0) deck = shuffled(plan.blows, plan.random);
    const blow = deck.pop();
    if (!blow) return;
    plan.struck(blow);
    await fall(blow, round, plan);
  }
  await untilCasesHaveMoved(plan);
  await reviveWhatDied(plan);
}

/** The death of one part must not be the death of another. */
export async function reviveWhatDied({ stage, fault }: Pick<StormPlan, 'stage' | 'fault'>): Promise<void> {
  for (const { part, lastLines } of stage.diedByThemselves()) {
    fault(`${part} ended although nobody had killed it: ${lastLines}`);
    await stage.bringBack(part);
  }
}

async function untilCasesHaveMoved({ stage, carriedOut, gap: [min, max], random, isOver }: StormPlan): Promise<void> {
  const enough = carriedOut() + random.between(min, max);
  const hasMoved = () => carriedOut() >= enough || isOver() || stage.diedByThemselves().length > 0;
  await until(() => (hasMoved() ? true : undefined), { withinMs: RECOVERS_WITHIN_MS, everyMs: 50 });
}

async function fall(blow: Blow, round: number, { stage, random, tell }: StormPlan): Promise<void> {
  const startedAt = Date.now();
  const took = () => `${((Date.now() - startedAt) / 1000).toFixed(1)} s`;
  switch (blow.kind) {
    case 'kill': {
      const downMs = random.between(0, blow.downMsMax);
      tell(`${round}: kill -9 ${blow.parts.join(' and ')}, away for ${downMs} ms`);
      await Promise.all(blow.parts.map((part) => stage.kill(part)));
      await pause(downMs);
      for (const part of blow.parts) await stage.bringBack(part);
      tell(`${round}: ${blow.parts.join(' and ')} back after ${took()}`);
      return;
    }
    case 'freeze': {
      const forMs = random.between(blow.forMsMax / 4, blow.forMsMax);
      tell(`${round}: ${blow.parts.join(' and ')} stand still for ${Math.round(forMs)} ms`);
      const letGo = blow.parts.map((part) => stage.freeze(part));
      await pause(forMs);
      for (const goOn of letGo) goOn();
      return;
    }
    case 'shardsMove':
      tell(`${round}: the engine forgets what it has in memory alone`);
      await reloadShards(stage.own.service.temporal.address);
      return;
    case 'powerCut':
      tell(`${round}: everything ends at once`);
      await stage.powerCut();
      tell(`${round}: everything started again after ${took()}`);
  }
}

function shuffled<T>(cards: readonly T[], random: Random): T[] {
  const left = [...cards];
  return cards.map(() => left.splice(random.between(0, left.length - 1), 1)[0]).filter((card) => card !== undefined);
}
