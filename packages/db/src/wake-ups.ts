/**
 * Wake-ups tell other processes that a task has moved, so that whoever waits looks at its row now and not at its next
 * look. They are hints: sent after the commit, gathered for some milliseconds into one NOTIFY (a NOTIFY inside every
 * transition would serialise commits), and lost without harm.
 */
import pg from 'pg';
import { connectionOptions } from './pool.ts';

/**
 * Who waits for a task to move hears of every move. A worker that works on tasks must only hear that one was taken from it,
 * and would have to look at a row for every move of its own: that is a channel by itself, on which little is said.
 */
const CHANNELS = { moved: 'ocrelay_task_moved', taken: 'ocrelay_task_taken' } as const;
type WakeUpTopic = keyof typeof CHANNELS;

/** Postgres takes payloads below 8,000 bytes; an id with its comma is 37. */
const IDS_PER_NOTIFY = 200;

/** Sends wake-ups. */
export interface WakeUpSender {
  /** Says that a task has moved. Returns at once and never throws. */
  taskMoved(taskId: string): void;
  /** Says that a task was taken from whoever works on it: cancelled, deleted, out of time. It has moved, then, too. */
  taskTaken(taskId: string): void;
}

/** @param gatherMs how long ids are gathered before they are sent. */
export function createWakeUpSender(pool: pg.Pool, gatherMs = 20): WakeUpSender {
  const taskMoved = gathered(pool, CHANNELS.moved, gatherMs);
  const taskTaken = gathered(pool, CHANNELS.taken, gatherMs);
  return {
    taskMoved,
    taskTaken(taskId) {
      taskTaken(taskId);
      taskMoved(taskId);
    },
  };
}

function gathered(pool: pg.Pool, channel: string, gatherMs: number): (taskId: string) => void {
  let ids = new Set<string>();
  const send = () => {
    const all = [...ids];
    ids = new Set();
    for (let from = 0; from < all.length; from += IDS_PER_NOTIFY) {
      const payload = all.slice(from, from + IDS_PER_NOTIFY).join(',');
      pool.query('select pg_notify($1, $2)', [channel, payload]).catch(() => {});
    }
  };
  return (taskId) => {
    if (ids.size === 0) setTimeout(send, gatherMs).unref();
    ids.add(taskId);
  };
}

/** Receives wake-ups on a connection of its own, made again whenever it breaks. */
export interface WakeUps {
  /** Resolves when the task has moved, when `ms` have passed, or when `signal` aborts; whichever comes first. */
  waitFor(taskId: string, ms: number, signal?: AbortSignal): Promise<void>;
  /**
   * Calls back with the tasks of every wake-up; with null when the connection stands, anew or for the first time, since some
   * may have been missed before.
   */
  subscribe(listener: (taskIds: readonly string[] | null) => void): void;
  close(): Promise<void>;
}

const RECONNECT_MS = 1_000;

export function listenForWakeUps(databaseUrl: string, topic: WakeUpTopic = 'moved'): WakeUps {
  const waiting = new Map<string, Set<() => void>>();
  const listeners = new Set<(taskIds: readonly string[] | null) => void>();
  let client: pg.Client | null = null;
  let reconnect: NodeJS.Timeout | null = null;
  let closed = false;

  const wake = (taskId: string) => {
    for (const resume of waiting.get(taskId) ?? []) resume();
  };
  const connect = async () => {
    const next = new pg.Client(connectionOptions(databaseUrl, 'wake-ups'));
    let isLost = false;
    const lost = () => {
      // Said up to three times of one connection, the last time perhaps after the next one stands.
      if (isLost) return;
      isLost = true;
      if (client === next) client = null;
      next.end().catch(() => {});
      if (!closed && reconnect === null) {
        reconnect = setTimeout(() => {
          reconnect = null;
          void connect();
        }, RECONNECT_MS).unref();
      }
    };
    next.on('error', lost);
    next.on('end', lost);
    next.on('notification', ({ payload }) => {
      const ids = payload?.split(',') ?? [];
      for (const id of ids) wake(id);
      for (const listener of listeners) listener(ids);
    });
    try {
      await next.connect();
      await next.query(`listen ${CHANNELS[topic]}`);
      client = next;
      for (const listener of listeners) listener(null);
      if (closed) await next.end();
    } catch {
      lost();
    }
  };
  void connect();

  return {
    waitFor(taskId, ms, signal) {
      return new Promise((resolve) => {
        const finish = () => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', finish);
          const others = waiting.get(taskId);
          others?.delete(finish);
          if (others?.size === 0) waiting.delete(taskId);
          resolve();
        };
        const timer = setTimeout(finish, ms);
        signal?.addEventListener('abort', finish, { once: true });
        waiting.set(taskId, (waiting.get(taskId) ?? new Set()).add(finish));
        if (signal?.aborted) finish();
      });
    },
    subscribe: (listener) => void listeners.add(listener),
    async close() {
      closed = true;
      if (reconnect !== null) clearTimeout(reconnect);
      await client?.end().catch(() => {});
    },
  };
}
