import { DatabaseError } from 'pg';

const DEADLOCK = '40P01';

/**
 * All data of the queues on Postgres is gone, while programs use them. Repeated while Postgres ends a deadlock by refusing
 * it: it waits for locks that the programs hold, and they for it, and any of them may be the one refused.
 */
export async function dropQueueSchema(sql: { query(statement: string): Promise<unknown> }): Promise<void> {
  for (;;) {
    try {
      await sql.query('drop schema if exists bullmq cascade');
      return;
    } catch (error) {
      if (!(error instanceof DatabaseError && error.code === DEADLOCK)) throw error;
    }
  }
}
