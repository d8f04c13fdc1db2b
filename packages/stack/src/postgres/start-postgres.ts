import { type ChildProcess, spawn } from 'node:child_process';
import pg from 'pg';
import { freePort } from '../port-taken.ts';
import { onLines } from '../supervision/lines.ts';
import { type Binaries, findBinaries } from './binaries.ts';
import { ensureCluster, SUPERUSER } from './cluster.ts';
import { clusterFolder } from './cluster-folder.ts';
import { endPostgres, stopOrphan } from './orphan.ts';
import { type OsUser, postgresUser } from './os-user.ts';
import { guardPostgres } from './watchdog.ts';

/** What an embedded Postgres is started with. */
export interface PostgresOptions {
  /** The cluster goes to `postgres` in it. Must be locked by the caller: two servers on one cluster would ruin it. */
  readonly dataDir: string;
  /** Of the superuser; used when the cluster is made and to connect. */
  readonly password: string;
  /** Taken if it is free. */
  readonly preferredPort?: number | undefined;
  /** False: a crash of the machine may lose the cluster. For tests. */
  readonly durable?: boolean;
  /** What Postgres writes, a line at a time. */
  log(line: string): void;
}

/** A Postgres that accepts connections, on loopback only. */
export interface Postgres {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Resolves when it has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** Cuts connections, writes a checkpoint, ends; harder after `graceMs`. */
  stop(graceMs?: number): Promise<void>;
}

const DATABASE = 'ocrelay';
const READY = 'database system is ready to accept connections';
const START_LIMIT_MS = 120_000; // recovery after a crash takes as long as there is log to replay

/**
 * Starts Postgres on `dataDir`, making the cluster and the database the first time. Data is kept between starts. As root
 * it runs as another user. One that an earlier, killed supervisor left behind is stopped first.
 * @throws Error that says what to do, when it cannot.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const cluster = await clusterFolder(options.dataDir, options.log);
  const user = await postgresUser(cluster);
  const binaries = await findBinaries(user);
  const durable = options.durable ?? true;
  const orphan = await stopOrphan(cluster);
  if (orphan !== null) options.log(`stopped the Postgres (pid ${orphan}) that an earlier run had left`);
  await ensureCluster(cluster, binaries, user, options.password, durable);

  const { child, port } = await launch(cluster, binaries, user, options, durable);
  const pid = child.pid ?? 0;
  const guard = guardPostgres(pid);
  const ended = new Promise<void>((done) => {
    if (child.exitCode !== null || child.signalCode !== null) done();
    else child.once('exit', () => done());
  });
  void ended.then(() => guard.dismiss());
  const stop = async (graceMs = 10_000): Promise<void> => {
    await endPostgres(pid, graceMs, 1_000);
    await ended;
  };
  const url = postgresUrl(options.password, port);
  try {
    await ensureDatabase(url);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, port, pid, ended, stop };
}

/** Where an embedded Postgres with this password and port is reached. */
export function postgresUrl(password: string, port: number): string {
  return `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${DATABASE}`;
}

/** Another port is tried when somebody takes the free one in the instant before Postgres does. */
async function launch(
  cluster: string,
  binaries: Binaries,
  user: OsUser | null,
  options: PostgresOptions,
  durable: boolean,
): Promise<{ child: ChildProcess; port: number }> {
  for (let tries = 1; ; tries += 1) {
    const port = await freePort(options.preferredPort);
    const child = spawn(binaries.postgres, ['-D', cluster, ...settings(port, durable)], {
      ...(user === null ? {} : { uid: user.uid, gid: user.gid }),
      cwd: cluster,
      detached: true, // Ctrl-C is for who supervises: Postgres ends last
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    try {
      await untilReady(child, options.log);
      return { child, port };
    } catch (error) {
      if (tries >= 3 || !String(error).includes('could not create any TCP/IP sockets')) throw error;
    }
  }
}

/** A queue's rows live for seconds, and what is left of them in the indexes is read by every fetch until it is cleared away. */
const BUSY_QUEUES = { autovacuum_naptime: '15s' };

function settings(port: number, durable: boolean): string[] {
  const values: Record<string, string> = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    timezone: 'UTC',
    log_timezone: 'UTC',
    logging_collector: 'off',
    log_destination: 'stderr',
    ...(durable ? BUSY_QUEUES : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

function untilReady(child: ChildProcess, log: (line: string) => void): Promise<void> {
  const said: string[] = [];
  return new Promise((done, fail) => {
    const limit = setTimeout(() => {
      child.kill('SIGQUIT');
      fail(new Error(`Postgres was not ready after ${START_LIMIT_MS / 1000} s:\n${said.join('\n')}`));
    }, START_LIMIT_MS);
    child.once('error', (error) => {
      clearTimeout(limit);
      fail(error);
    });
    child.once('exit', (code, signal) => {
      clearTimeout(limit);
      fail(new Error(`Postgres did not start (${signal ?? `code ${code}`}):\n${said.join('\n')}`));
    });
    if (child.stderr === null) return;
    onLines(child.stderr, (line) => {
      log(line);
      if (said.length < 50) said.push(line);
      if (!line.includes(READY)) return;
      clearTimeout(limit);
      done();
    });
  });
}

async function ensureDatabase(url: string): Promise<void> {
  const client = new pg.Client({
    connectionString: url.replace(/\/\w+$/, '/postgres'),
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => {}); // a lost connection also rejects the query that waits on it
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
}
