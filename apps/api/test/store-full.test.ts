import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type FullReason, type PendingImage, StorageError, StorageFullError } from '@ocrelay/storage';
import { startApi, type TestApi } from './support/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const REASONS: readonly FullReason[] = ['disk_full', 'quota_exceeded', 'read_only', 'not_permitted'];

/** Makes the next image fail in one of its steps; what came before is really done. */
function failNext(step: 'write' | 'commit', error: Error): void {
  const { images } = api.context;
  const create = images.create.bind(images);
  jest.spyOn(images, 'create').mockImplementationOnce(() => {
    const pending: PendingImage = create();
    pending[step] = () => Promise.reject(error);
    return pending;
  });
}

async function filesAndRows(): Promise<[files: number, rows: number]> {
  const entries = await readdir(api.imagesFolder, { recursive: true, withFileTypes: true });
  const { rows } = await api.context.database.pool.query('select count(*)::int as tasks from tasks');
  return [entries.filter((entry) => entry.isFile()).length, rows[0].tasks];
}

describe.each(['write', 'commit'] as const)('a store that fails at %s', (step) => {
  test.each(REASONS)('because of %s is answered 507 before a task exists, and nothing is left', async (reason) => {
    failNext(step, new StorageFullError('full', { reason }));
    const { status, body } = await api.upload();
    expect([status, body.error]).toEqual([507, { code: 'storage_full', details: { reason } }]);
    expect(await filesAndRows()).toEqual([0, 0]);
  });

  test('in another way is answered 503, and when to come back', async () => {
    failNext(step, new StorageError('broken'));
    const { status, body, headers } = await api.upload();
    expect([status, body.error.code, headers.get('retry-after')]).toEqual([503, 'storage_unavailable', '5']);
    expect(await filesAndRows()).toEqual([0, 0]);
  });
});

test('who prefers Chinese is told in Chinese', async () => {
  failNext('write', new StorageFullError('full'));
  const { body } = await api.upload({ headers: { 'Accept-Language': 'zh-CN' } });
  expect(body.message).toBe('存储空间不足或不可写，请联系管理员');
});
