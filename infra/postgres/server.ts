import { Client } from 'pg';
import { reasonOf, systemCode } from '../errors';
import { choosePort, isPortCollision, LOCAL, type PortChoice } from '../ports';
import { ProcessFailed, startProcess, type RunningProcess, type Surroundings } from '../process';
import type { PostgresBinaries } from './binaries';
import { SUPERUSER, type Cluster } from './cluster';
import type { SystemUser } from './system-user';

const ATTEMPTS = 5;

export interface PostgresServer extends RunningProcess {
  /** URL of a database on this server. */
  urlOf(database: string): string;
}

/**
 * Starts the embedded PostgreSQL on 127.0.0.1 and resolves when it answers queries.
 * @throws StartupError when its port is taken or it does not start
 */
export async function startPostgres(
  cluster: Cluster,
  binaries: PostgresBinaries,
  { port: choice, user, logFile, around }: { port: PortChoice; user: SystemUser | undefined; logFile: string; around: Surroundings },
): Promise<PostgresServer> {
  for (let attempt = 1; ; attempt++) {
    const port = await choosePort('POSTGRES_PORT', choice);
    const urlOf = (database: string) => `postgresql://${SUPERUSER}:${encodeURIComponent(cluster.password)}@${LOCAL}:${port}/${database}`;
    try {
      const running = await startProcess(
        {
          name: 'postgres',
          title: 'PostgreSQL',
          command: binaries.postgres,
          args: ['-D', cluster.directory, ...Object.entries(settings(port)).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
          env: { PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC' },
          cwd: '/',
          user,
          logFile,
          stopSignal: 'SIGINT', // "fast": ends the sessions and writes a checkpoint; SIGTERM would wait for the sessions
          graceMs: 30_000,
        },
        around,
        { isReady: () => answers(urlOf('postgres')), withinMs: 60_000 },
      );
      return { ...running, urlOf };
    } catch (error) {
      const worthAnother = error instanceof ProcessFailed && isTransient(error.output);
      if (!worthAnother || attempt === ATTEMPTS) throw error;
    }
  }
}

function settings(port: number): Record<string, string | number> {
  return {
    listen_addresses: LOCAL,
    port,
    // Off: a socket's path may have 107 bytes only, which a deep DATA_DIR exceeds.
    unix_socket_directories: '',
    max_connections: 300,
    shared_buffers: '256MB',
    max_wal_size: '2GB',
    jit: 'off', // costs more than it saves on short queries
    log_checkpoints: 'off',
    log_error_verbosity: 'terse', // the details of an error are the values of the row it was about
    log_timezone: 'UTC',
    timezone: 'UTC',
    lc_messages: 'C',
  };
}

// Besides a port that was taken between choosing and binding: after a postmaster was killed its sessions
// need a moment to notice, and until then the shared memory counts as in use.
function isTransient(output: string): boolean {
  return isPortCollision(output) || output.includes('pre-existing shared memory block');
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined); // an attempt whose connection breaks has failed in `connect` or `query` already
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch (error) {
    if (isNotYet(error)) return false;
    throw error;
  } finally {
    await client.end();
  }
}

function isNotYet(error: unknown): boolean {
  // 57P03: it accepts connections and is still starting or recovering.
  return ['ECONNREFUSED', 'ECONNRESET', '57P03'].includes(systemCode(error) ?? '') || /terminated unexpectedly|timeout/i.test(reasonOf(error));
}
