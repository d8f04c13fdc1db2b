import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { waitFor } from '../../../../test/support/wait-for.ts';
import { picture } from '../upload/sample-images.ts';
import { abandoned, slow } from './families/abandoned.ts';
import { bombs } from './families/bombs.ts';
import { brokenImages } from './families/broken-images.ts';
import { documents } from './families/documents.ts';
import { forms } from './families/forms.ts';
import { httpFraming } from './families/http-framing.ts';
import { jsonBodies } from './families/json-bodies.ts';
import { NAMES_KEPT, names } from './families/names.ts';
import { parameters } from './families/parameters.ts';
import { polyglots } from './families/polyglots.ts';
import { truncatedImages } from './families/truncated-images.ts';
import { type HostileApi, startHostileApi } from './hostile-api.ts';
import { type Attack, upload } from './request.ts';

jest.setTimeout(60_000);

const FAMILIES: Readonly<Record<string, readonly Attack[]>> = {
  'truncated images': truncatedImages,
  'broken images': brokenImages,
  bombs,
  polyglots,
  documents,
  names,
  forms,
  'HTTP framing': httpFraming,
  parameters,
  'JSON bodies': jsonBodies,
  'abandoned uploads': abandoned,
};
/** In a second API, whose time for an upload is short. */
const SLOW: Readonly<Record<string, readonly Attack[]>> = { 'slow uploads': slow };

describe.each([
  ['the API', {}, FAMILIES],
  ['the API with little time', { UPLOAD_TIMEOUT_MS: '500' }, SLOW],
])('%s', (_name, env: Record<string, string>, families) => {
  let api: HostileApi;
  beforeAll(async () => {
    api = await startHostileApi(env);
  });
  afterAll(() => api.stop());

  /** Exactly the images that rows know of. What a client left behind by going away takes a moment to be gone. */
  const nothingElseIsLeft = () =>
    waitFor('nothing else to be left', async () => {
      const [files, known] = await Promise.all([api.files(), api.known()]);
      return JSON.stringify(files) === JSON.stringify(known);
    });

  describe.each(Object.entries(families))('against %s', (_family, attacks) => {
    test.each(attacks)('%s', async (name, request, answer) => {
      const before = await api.known();
      const received = await api.send(request);
      expect(received.answer).toBe(answer);
      const added = (await api.known()).filter((key) => !before.includes(key));
      expect(added).toEqual(answer === '201' ? [received.body.data.image_path] : []);
      // Whom a route answered finds nothing left at that moment; what the HTTP parser breaks off takes a moment to be gone.
      const byRoute = answer !== 'no answer' && answer !== '400 invalid_request';
      if (byRoute && request.ending === 'waits') expect(await api.files()).toEqual(await api.known());
      await nothingElseIsLeft();

      if (answer !== '201') return;
      const path = `${api.url}/api/v1/tasks/${received.body.data.task_id}`;
      const [task, image] = await Promise.all([fetch(path), fetch(`${path}/image`)]);
      expect([task.status, image.status]).toEqual([200, 200]);
      await image.arrayBuffer();
      const { data } = (await task.json()) as { data: { original_filename: string | null } };
      if (NAMES_KEPT.has(name)) expect(data.original_filename).toBe(NAMES_KEPT.get(name));
    });
  });

  test('then is well, has nothing to hide in its log, and stops as it should', async () => {
    if (!('UPLOAD_TIMEOUT_MS' in env)) {
      expect((await api.send(upload(await picture().png().toBuffer()))).answer).toBe('201');
    }
    api.process.child.kill('SIGTERM');
    expect(await api.process.exited).toBe(0);
    expect(await api.files()).toEqual(await api.known());
    expect(api.process.logs()).not.toMatch(/"level":"(error|fatal)"/);
    expect(api.process.logs()).not.toContain('internal_error');
  });
});

test('the corpus is as large as it says', () => {
  const all = [...Object.values(FAMILIES), ...Object.values(SLOW)].flat();
  expect(all.length).toBeGreaterThanOrEqual(300);
  expect(new Set(all.map(([name]) => name)).size).toBe(all.length);
});
