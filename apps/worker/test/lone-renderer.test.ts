import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@jest/globals';
import { PageTooLarge } from '@ocrelay/pages';
import { makePdf } from '../../../test/support/make-pdf.ts';
import { createLoneRenderer } from '../src/reading/lone-renderer.ts';

const DIST = process.env['TEST_DIST'] ?? 'dist';
const PROGRAM = pathToFileURL(join(DIST, 'apps/worker/src/reading/render-alone-process.js'));
const never = new AbortController().signal;
const quiet = { started: () => {}, died: () => {} };

async function source() {
  const bytes = await makePdf([{ text: 'one' }, { width: 2000, height: 2000 }]);
  return { key: 'a document', contentType: 'application/pdf', load: async () => bytes } as const;
}
const page = (of: number) => ({ page: of, options: { dpi: 72, maxPixels: 1_000_000 } });

test('a page that is rendered alone comes back with its picture and its text', async () => {
  const answer = await createLoneRenderer(PROGRAM).render(await source(), page(1), never);
  expect(answer).toMatchObject({ ok: true, value: { width: 612, height: 792, text: 'one' } });
  expect(answer.ok && Buffer.from(answer.value.png).toString('latin1', 1, 4)).toBe('PNG');
});

test('one with something wrong fails as it does elsewhere', async () => {
  const rendering = createLoneRenderer(PROGRAM).render(await source(), page(2), never);
  await expect(rendering).rejects.toBeInstanceOf(PageTooLarge);
});

test('a process that is killed from outside says nothing about the page, and the next one is rendered', async () => {
  const renderer = createLoneRenderer(PROGRAM);
  const killed = await renderer.render(await source(), page(1), never, {
    ...quiet,
    started: (pid) => process.kill(pid, 'SIGKILL'),
  });
  expect(killed).toMatchObject({ ok: false, fault: { reaction: 'wait', code: 'worker_crashed' } });
  expect((await renderer.render(await source(), page(1), never)).ok).toBe(true);
});

test('a process that crashes over a page is that page', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ocrelay-alone-'));
  const crashing = join(folder, 'crashes-alone.mjs');
  await writeFile(
    crashing,
    `process.once('message', () => process.send({ type: 'begun' }, undefined, undefined, () => process.kill(process.pid, 'SIGSEGV')));`,
  );
  const answer = await createLoneRenderer(pathToFileURL(crashing)).render(await source(), page(1), never);
  await rm(folder, { recursive: true });
  expect(answer).toMatchObject({ ok: false, fault: { reaction: 'give_up', code: 'worker_crashed' } });
});

test('is ended when the worker stops, and nothing is said of the page', async () => {
  const stopping = new AbortController();
  const rendering = createLoneRenderer(PROGRAM).render(await source(), page(1), stopping.signal, {
    ...quiet,
    started: () => stopping.abort(new Error('the worker stops')),
  });
  await expect(rendering).rejects.toThrow('the worker stops');
});
