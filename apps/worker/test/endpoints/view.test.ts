import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Db } from '@ocrelay/db';
import { type OcrEndpoints, openBreaker } from '@ocrelay/tasks';
import { type OpenTestDatabase, openTestDatabase } from '../../../../test/support/database.ts';
import { type Held, held } from '../../../../test/support/held.ts';
import { waitFor } from '../../../../test/support/wait-for.ts';
import { createEndpointView, type EndpointView } from '../../src/endpoints/view.ts';

const URL = 'http://ocr.test';
const DOWN = { code: 'ocr_unavailable', message: 'connection refused' } as const;

let database: OpenTestDatabase;
let view: EndpointView;
/** The answers of Postgres, once they are there, come to the view when this lets them. */
let answers: Held;
let answersHeld: number;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  answers = held();
  answers.release();
  answersHeld = 0;
  const { db } = database;
  const slow = {
    async execute(query: Parameters<Db['execute']>[0]) {
      const answer = await db.execute(query);
      answersHeld += 1;
      await answers.until;
      return answer;
    },
  };
  view = createEndpointView(slow as unknown as Db, [URL]);
  await view.reload();
});
afterEach(() => database.pool.query('truncate ocr_endpoints'));

const open = () => openBreaker(database.db, URL, DOWN, randomUUID(), 0, Math.random);
/** A reading of the row whose answer is held. */
const readAndHold = async (): Promise<{ reading: Promise<OcrEndpoints> }> => {
  answers = held();
  answersHeld = 0;
  const reading = view.reload();
  await waitFor('the row to be read', async () => answersHeld === 1);
  return { reading };
};

describe('what a worker knows of the endpoints', () => {
  test('is as it was at the call, though an older reading was under way', async () => {
    const { reading } = await readAndHold();
    await open();
    const after = view.reload();
    answers.release();
    expect((await reading).endpoints).toMatchObject([{ state: 'closed' }]);
    expect((await after).endpoints).toMatchObject([{ state: 'open' }]);
    expect(view.isDown(URL)).toBe(true);
  });

  test('is read again after a change, though an older reading came in since', async () => {
    const { reading } = await readAndHold();
    await open();
    view.changed();
    answers.release();
    expect((await reading).endpoints).toMatchObject([{ state: 'closed' }]);
    expect((await view.fresh()).endpoints).toMatchObject([{ state: 'open' }]);
  });
});
