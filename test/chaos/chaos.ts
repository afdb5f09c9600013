import { until } from '../../infra/until';
import { allRecords, faultsOfCases, faultsOfRuns } from './check-cases';
import { faultsOfCommands } from './check-commands';
import { faultsOfMoney } from './check-money';
import { Ledger } from './ledger';
import { Random } from './random';
import { Seat } from './seat';
import { Stage } from './stage';
import { BLOWS, reviveWhatDied, storm, type Blow } from './storm';
import { isEnd } from '../../domain/case-facts';
import { reasonOf } from '../../infra/errors';

export interface ChaosPlan {
  seed: number;
  /** How many cases move at once; where one has ended the next begins. */
  cases: number;
  /** How many blows fall. */
  rounds: number;
  /** The storm ends after this time, also before all blows have fallen; ms. */
  withinMs?: number;
  blows?: readonly Blow[];
  /** Commands carried out between two blows, at the least and at the most. */
  gap?: [number, number];
  /** One line for whoever watches. */
  tell?: (line: string) => void;
}

export interface ChaosReport {
  /** What is wrong, one sentence each; none is what one hopes for. */
  faults: string[];
  /** How many cases were opened. */
  cases: number;
  /** Commands that were answered as carried out. */
  carriedOut: number;
  /** How many blows fell. */
  blows: number;
  tally: [string, number][];
  /** Of the storm itself and of the whole run, ms. */
  tookMs: { storm: number; all: number };
  /** Where the service's data and logs are, when something was wrong. */
  keptAt?: string;
}

/** What the service takes up by itself after a crash is there within this time: it looks every ten seconds, and banks are asked less often the longer they are silent. */
const SETTLES_WITHIN_MS = 120_000;

/**
 * One run: cases move, blows fall, then everything that was ever promised is looked for in the record, the engine, and
 * the bank's journal; at last every case is walked to its end, and all of it is looked at again.
 */
export async function chaos(plan: ChaosPlan): Promise<ChaosReport> {
  const { seed, cases, tell = () => undefined } = plan;
  const startedAt = Date.now();
  const stage = await Stage.open();
  tell(`the service runs, started in ${((Date.now() - startedAt) / 1000).toFixed(1)} s; its data: ${stage.own.dataDir}`);
  const ledger = new Ledger();
  let blows = 0;
  let isOver = false;
  const stormStartedAt = Date.now();
  const seats = Array.from({ length: cases }, (_none, no) => new Seat(stage, ledger, { seed, no, thinksMs: 25 * cases, isOver: () => isOver }));
  const openedCases = () => seats.flatMap((seat) => seat.cases);

  const work = atAllSeats(seats, ledger, (seat) => seat.work());
  await storm({
    stage,
    random: Random.of(seed, 'storm'),
    blows: plan.blows ?? BLOWS,
    rounds: plan.rounds,
    carriedOut: () => ledger.carriedOut,
    gap: plan.gap ?? [2 * cases, 5 * cases],
    isOver: () => plan.withinMs !== undefined && Date.now() - stormStartedAt > plan.withinMs,
    fault: (sentence) => ledger.fault(sentence),
    tell,
    struck: () => blows++,
  }).catch((error: unknown) => ledger.fault(`the service did not recover: ${reasonOf(error)}`));
  isOver = true;
  await reviveWhatDied({ stage, fault: (sentence) => ledger.fault(sentence) });
  await work;
  const stormMs = Date.now() - stormStartedAt;
  tell(`the storm is over: ${openedCases().length} cases, ${ledger.carriedOut} commands carried out`);

  const look = async (when: string) => {
    for (const fault of await lastingFaults(stage, ledger, seats)) ledger.fault(`${when}: ${fault}`);
  };
  await look('after the storm');
  await atAllSeats(seats, ledger, (seat) => seat.walkHome());
  tell(`every case was walked to its end; ${ledger.carriedOut} commands carried out`);
  await look('at the end');
  const records = await allRecords(stage.own.pool);
  for (const { caseId, state } of records.filter((record) => !isEnd(record.state))) ledger.fault(`case ${caseId} is still ${state}`);

  const isClean = ledger.faults.length === 0;
  const keptAt = isClean ? undefined : stage.own.dataDir;
  await stage.close({ keepsData: !isClean });
  return { faults: ledger.faults, cases: openedCases().length, carriedOut: ledger.carriedOut, blows, tally: ledger.tally, tookMs: { storm: stormMs, all: Date.now() - startedAt }, keptAt };
}

/** A seat that breaks off is a fault of the run, and the others go on. */
async function atAllSeats(seats: readonly Seat[], ledger: Ledger, work: (seat: Seat) => Promise<void>): Promise<void> {
  await Promise.all(seats.map((seat) => work(seat).catch((error: unknown) => ledger.fault(reasonOf(error)))));
}

/** What is wrong and stays so: a crash's last traces are healed by the service itself within a while. */
async function lastingFaults(stage: Stage, ledger: Ledger, seats: readonly Seat[]): Promise<string[]> {
  let faults: string[] = [];
  const look = async () => {
    faults = await faultsNow(stage, ledger, seats);
    return faults.length === 0 ? true : undefined;
  };
  await until(look, { withinMs: SETTLES_WITHIN_MS, everyMs: 2_000 }).catch((error: unknown) => {
    if (faults.length === 0) throw error;
  });
  return faults;
}

async function faultsNow({ own }: Stage, ledger: Ledger, seats: readonly Seat[]): Promise<string[]> {
  const records = await allRecords(own.pool);
  return [
    ...(await faultsOfRuns(own.pool, await own.keys(), own.service.temporal, records)),
    ...(await faultsOfCommands(own.pool, ledger)),
    ...(await faultsOfCases(own.pool, seats.flatMap((seat) => seat.cases))),
    ...(await faultsOfMoney(own.pool, await own.keys(), own.dataDir, records)),
  ];
}
