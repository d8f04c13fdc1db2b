/**
 * The worker's lease: a heartbeat on a connection of its own, so that neither a busy pool nor a long statement delays it.
 *
 * Whether the lease is held is the database's to say. While it cannot be asked, the worker's own clock stands in, and is
 * the stricter of the two: a worker that is cut off stops before others take its tasks up.
 */
import { EventEmitter, once, setMaxListeners } from 'node:events';
import { connectionOptions } from '@ocrelay/db';
import { HEARTBEAT_MS, heartbeat, LEASE_MS } from '@ocrelay/tasks';
import { type Logger, leaseLost, leaseRegained } from '@ocrelay/telemetry';
import pg from 'pg';

export interface Lease {
  /** Aborts when the lease is lost. A new one stands when it was regained. */
  signal(): AbortSignal;
  /** Resolves when the lease is held: at once, or when it was regained, or when `stopping` aborts. */
  held(stopping: AbortSignal): Promise<void>;
  /** Whether this worker has itself been beating for a full lease, without which it must not call others dead. */
  isSettled(): boolean;
  /** Resolves when the worker is registered. */
  readonly registered: Promise<void>;
  stop(): Promise<void>;
}

/** A margin for the way there: what was sent this long before the lease runs out may arrive too late. */
const MARGIN_MS = 2_000;

export function holdLease(
  databaseUrl: string,
  worker: { id: string; hostname: string; pid: number },
  log: Logger,
): Lease {
  let client: pg.Client | null = null;
  let holding = newHolding();
  const regained = new EventEmitter().setMaxListeners(0);
  let beatingSince: number | null = null;
  let beating = false;
  let isRegistered = false;
  let stopped = false;
  let cutOff: NodeJS.Timeout | undefined;
  let announce: () => void = () => {};
  const registered = new Promise<void>((resolve) => {
    announce = resolve;
  });

  const lose = (reason: string) => {
    if (!isRegistered || holding.signal.aborted) return;
    leaseLost(log, reason);
    holding.abort(new Error(`the worker's lease is lost: ${reason}`));
  };
  const connect = async () => {
    const next = new pg.Client({
      ...connectionOptions(databaseUrl, 'heartbeat'),
      connectionTimeoutMillis: HEARTBEAT_MS,
      query_timeout: HEARTBEAT_MS,
    });
    next.on('error', () => {
      if (client === next) client = null;
    });
    await next.connect();
    return next;
  };
  const beat = async () => {
    if (beating || stopped) return;
    beating = true;
    const sentAt = performance.now();
    try {
      client ??= await connect();
      const { rows } = await client.query<{ held: boolean }>(heartbeat(worker));
      const held = rows[0]?.held === true;
      if (!held) {
        lose('the database counts it as run out');
        beatingSince = sentAt;
      }
      beatingSince ??= sentAt;
      clearTimeout(cutOff);
      // Armed by each beat, so that no beat which hangs can hide that the last good one is too long ago.
      cutOff = setTimeout(
        () => lose('the database cannot be reached'),
        sentAt + LEASE_MS - MARGIN_MS - performance.now(),
      );
      isRegistered = true;
      announce();
      if (holding.signal.aborted) {
        holding = newHolding();
        leaseRegained(log);
        regained.emit('held');
      }
    } catch {
      beatingSince = null;
      client?.end().catch(() => {});
      client = null;
    } finally {
      beating = false;
    }
  };
  const timer = setInterval(() => void beat(), HEARTBEAT_MS);
  void beat();

  return {
    signal: () => holding.signal,
    async held(stopping) {
      if (holding.signal.aborted && !stopping.aborted)
        await once(regained, 'held', { signal: stopping }).catch(() => {});
    },
    isSettled: () => beatingSince !== null && performance.now() - beatingSince > LEASE_MS,
    registered,
    async stop() {
      stopped = true;
      clearInterval(timer);
      clearTimeout(cutOff);
      await client?.end().catch(() => {});
    },
  };
}

/** Each stage that the worker takes listens to it twice. */
function newHolding(): AbortController {
  const holding = new AbortController();
  setMaxListeners(0, holding.signal);
  return holding;
}
