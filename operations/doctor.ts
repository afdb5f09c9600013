import { resolve } from 'node:path';
import { Connection } from '@temporalio/client';
import type { Pool } from 'pg';
import { readConfig, type Config } from '../infra/config';
import type { StackAddresses } from '../infra/stack-addresses';
import { connectionTo } from '../infra/temporal/engine-client';
import { connect } from '../store/db';
import { examine, wrong, type Check, type Examined } from './check';
import { checkpointCheck, signingKeyCheck } from './checks/audit';
import { engineChecks, temporalCheck } from './checks/engine';
import { machineChecks } from './checks/machine';
import { processChecks } from './checks/processes';
import { postgresCheck, recordChecks } from './checks/record';
import { rulesChecks } from './checks/rules';
import { settingsChecks } from './checks/settings';
import { readOptions, runTool } from './command-line';
import { openKeys, sealedClient } from './record-access';
import { findService, NothingRuns } from './service-addresses';

const USAGE = `usage: npm run doctor -- [--json]

Looks at the machine, the settings, the rules on disk and the running service, and says of each whether it is well, or
what is wrong and what to do about it. Changes nothing.
  --json  prints what was found as JSON
Exit code: 0 nothing is wrong (warnings may be there), 1 something is, 2 wrong command line.`;

const CONNECT_WITHIN = '5s';
/** For all that the engine is asked together. */
const ENGINE_WITHIN_MS = 60_000;

async function main(): Promise<0 | 1> {
  const { json = false } = readOptions({ json: { type: 'boolean' } });
  const doctor = new Doctor((examined) => {
    if (!json) console.log(lineOf(examined));
  });
  await doctor.examineAll(process.env);
  const isWell = doctor.found.every(({ level }) => level !== 'wrong');
  if (json) console.log(JSON.stringify({ isWell, checks: doctor.found }, null, 2));
  else console.log(`\n${closing(doctor.found)}`);
  return isWell ? 0 : 1;
}

/** Goes from the ground up, and leaves out what stands on something that is not there. */
class Doctor {
  readonly found: Examined[] = [];

  constructor(private readonly tell: (examined: Examined) => void) {}

  async examineAll(env: NodeJS.ProcessEnv): Promise<void> {
    await this.look(machineChecks({ dataDir: resolve(env.DATA_DIR ?? '.data') }));
    const [settings, ...others] = settingsChecks(env);
    const canBeRead = settings !== undefined && (await this.look([settings]));
    await this.look(others);
    if (!canBeRead) return;
    const config = readConfig(env);
    await this.look([...rulesChecks(config.policyDir), signingKeyCheck(env, config)]);
    const service = await this.serviceOf(config);
    if (!service) return;
    await this.look(processChecks(config.dataDir, service));
    await this.recordAndEngine(service, config);
  }

  private async serviceOf(config: Config): Promise<StackAddresses | undefined> {
    try {
      return findService(config);
    } catch (error) {
      if (!(error instanceof NothingRuns)) throw error;
      await this.look([{ name: 'stack', look: () => wrong('no running service was found', error.message) }]);
      return undefined;
    }
  }

  private async recordAndEngine({ databaseUrl, temporal }: StackAddresses, config: Config): Promise<void> {
    const pool = connect(databaseUrl, 2);
    try {
      const answers = await this.look([postgresCheck(pool)]);
      if (answers) await this.look([...recordChecks(pool, config.policyDir), checkpointCheck(pool, config)]);
      await this.engine(config, temporal, answers ? pool : undefined);
    } finally {
      await pool.end();
    }
  }

  private async engine(config: Config, { namespace, ...place }: StackAddresses['temporal'], pool: Pool | undefined): Promise<void> {
    const connection = Connection.lazy({ ...connectionTo(place), connectTimeout: CONNECT_WITHIN });
    try {
      const answers = await this.look([temporalCheck(connection, place)]);
      const cases = pool && { pool, client: async () => sealedClient(connection, namespace, await openKeys(config, pool), config) };
      if (answers) await connection.withDeadline(Date.now() + ENGINE_WITHIN_MS, () => this.look(engineChecks(connection, namespace, cases)));
    } finally {
      await connection.close();
    }
  }

  /** @returns whether none of them is wrong */
  private async look(checks: readonly Check[]): Promise<boolean> {
    let isWell = true;
    for (const check of checks) {
      const examined = await examine(check);
      this.found.push(examined);
      this.tell(examined);
      if (examined.level === 'wrong') isWell = false;
    }
    return isWell;
  }
}

const MARK = { ok: 'ok     ', warning: 'warning', wrong: 'WRONG  ' };

function lineOf(examined: Examined): string {
  const line = `  ${MARK[examined.level]}  ${examined.name.padEnd(21)} ${examined.says}`;
  return examined.level === 'ok' ? line : `${line}\n           → ${examined.fix}`;
}

function closing(found: readonly Examined[]): string {
  const [bad, odd] = (['wrong', 'warning'] as const).map((level) => found.filter((examined) => examined.level === level).length);
  const count = (n = 0, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;
  return bad === 0 ? `Nothing is wrong${odd === 0 ? '' : ` (${count(odd, 'warning')})`}.` : `${bad ?? 0} of ${found.length} checks found something wrong (${count(odd, 'warning')}).`;
}

runTool(USAGE, main);
