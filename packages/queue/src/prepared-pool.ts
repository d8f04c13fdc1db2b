import pg from 'pg';

/** SQLSTATE of a prepared statement whose result has another type than when it was prepared: nothing was run. */
const FEATURE_NOT_SUPPORTED = '0A000';

/** BullMQ has some dozens of texts. One that is built from data would fill the connections' memory. */
const MOST_NAMES = 200;

/**
 * A pool that gives every statement a name, so that each connection parses and plans it once. BullMQ sends the same few
 * dozens of texts for every job and names none of them.
 */
export class PreparedPool extends pg.Pool {
  readonly #names = new Map<string, string>();
  #given = 0;

  // The one form of `query` that BullMQ uses on a pool; `pg` declares a dozen.
  // biome-ignore lint/suspicious/noExplicitAny: as `pg` types it
  override query = async (text: any, values?: any): Promise<any> => {
    if (typeof text !== 'string' || values === undefined) return super.query(text);
    const name = this.#names.get(text) ?? this.#giveName(text);
    if (name === null) return super.query(text, values);
    try {
      return await super.query({ name, text, values });
    } catch (error) {
      // The schema was dropped and made again, with types of its own: what was prepared is of no use any more.
      if (!(error instanceof pg.DatabaseError && error.code === FEATURE_NOT_SUPPORTED)) throw error;
      if (this.#names.get(text) === name) this.#names.delete(text);
      return super.query(text, values);
    }
  };

  #giveName(text: string): string | null {
    if (this.#names.size >= MOST_NAMES) return null;
    this.#given += 1;
    const name = `bullmq_${this.#given}`;
    this.#names.set(text, name);
    return name;
  }
}
