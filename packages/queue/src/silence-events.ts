import pg from 'pg';
import { QUEUE_NAMES } from './queue-names.ts';

/** SQLSTATE of a wait for a lock that took too long. */
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * BullMQ wakes who follows its events whenever it writes one, four times a job; here nobody does. A NOTIFY takes a lock of the whole
 * server until its commit, and wakes every connection that listens to anything: a seventh of the time that a task takes. It is left out
 * while another session has the lock by which BullMQ gathers NOTIFYs; who does follow events then finds them when it next looks.
 */
export async function silenceEvents(client: pg.ClientBase): Promise<void> {
  try {
    await client.query(
      "select pg_advisory_lock_shared(hashtext('bullmq:evnotify:' || name)) from unnest($1::text[]) as queue(name)",
      [QUEUE_NAMES],
    );
  } catch (error) {
    // Then events are heard. Any other error is the connection's, which the pool must not lend out.
    if (!(error instanceof pg.DatabaseError && error.code === LOCK_NOT_AVAILABLE)) throw error;
  }
}
