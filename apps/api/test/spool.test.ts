import { open } from 'node:fs/promises';
import { devNull } from 'node:os';
import { expect, jest, test } from '@jest/globals';
import { createSpools } from '../src/documents/spool.ts';

/** The next write to any file fails as the system would have it. */
async function failNextWrite(errno: string): Promise<void> {
  const file = await open(devNull);
  jest
    .spyOn(Object.getPrototypeOf(file) as typeof file, 'appendFile')
    .mockRejectedValueOnce(Object.assign(new Error(errno), { code: errno }));
  await file.close();
}

test.each([
  ['ENOSPC', 507, 'storage_full'],
  ['EDQUOT', 507, 'storage_full'],
  ['EIO', 500, 'internal_error'],
])('a disk that says %s is answered %i %s, and what was reserved of it is free again', async (errno, status, code) => {
  const openSpool = createSpools({ memoryBytes: 0, diskBytes: 10 });
  await failNextWrite(errno);
  const spool = openSpool();
  await expect(spool.write(Buffer.from('0123456789'))).rejects.toMatchObject({ status, code });
  await spool.drop();
  const next = openSpool();
  await next.write(Buffer.from('0123456789'));
  next.end();
  const read: Uint8Array[] = [];
  for await (const bytes of next.read()) read.push(bytes);
  expect(Buffer.concat(read).toString()).toBe('0123456789');
  await next.drop();
});
