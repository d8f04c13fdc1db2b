import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../random.ts';
import type { ApiClient } from './client.ts';
import type { Upload, Wish } from './upload.ts';
import { imageFile, type UploadFile } from './upload-file.ts';

export function newUpload(name: string, wish: Wish, file: UploadFile = imageFile(name)): Upload {
  return {
    name,
    file,
    wish,
    sha256: createHash('sha256').update(file.bytes).digest('hex'),
    taskId: null,
    isOver: false,
    refused: null,
    cancelSent: false,
    isCancelled: false,
    deleteSent: false,
    isDeleted: false,
  };
}

/** Uploads one image or document and does with it what its client wishes. What it brings is written into `upload`. */
export async function liveThrough(client: ApiClient, upload: Upload, random: Random): Promise<void> {
  const taken = await client.insist(
    'upload',
    `/api/v1/upload/image${startsAtOnce(upload) ? '?start=true' : ''}`,
    () => ({
      method: 'POST',
      headers: { 'idempotency-key': upload.name },
      body: formOf(upload),
    }),
  );
  if (taken === null) return;
  const { status, errorCode, data } = taken.answer;
  if (status !== 201) {
    upload.refused = `${status} ${errorCode ?? ''}`;
    return;
  }
  upload.taskId = String(data?.['task_id']);
  if (upload.wish === 'start_later') {
    await pause(random);
    await client.insist('start', `/api/v1/ocr/start/${upload.taskId}`, () => ({ method: 'POST' }));
  }
  // A request that was given up may still be on its way, and would make the task anew after its deletion.
  const isAlone = taken.requests === 1;
  if (isAlone && upload.wish.startsWith('cancel')) await cancel(client, upload, random);
  if (isAlone && upload.wish === 'delete') await remove(client, upload, random);
}

function startsAtOnce({ wish }: Upload): boolean {
  return wish !== 'start_later';
}

async function cancel(client: ApiClient, upload: Upload, random: Random): Promise<void> {
  await pause(random);
  upload.cancelSent = true;
  const told = await client.insist('cancel', `/api/v1/tasks/${upload.taskId}/cancel`, () => ({ method: 'POST' }));
  if (told?.answer.status !== 200) return;
  if (upload.wish === 'cancel') {
    upload.isCancelled = true;
    return;
  }
  await pause(random);
  await client.insist('retry', `/api/v1/tasks/${upload.taskId}/retry`, () => ({ method: 'POST' }));
}

async function remove(client: ApiClient, upload: Upload, random: Random): Promise<void> {
  await pause(random);
  upload.deleteSent = true;
  const told = await client.insist('delete', `/api/v1/tasks/${upload.taskId}`, () => ({ method: 'DELETE' }));
  upload.isDeleted = told !== null;
}

function formOf(upload: Upload): FormData {
  const form = new FormData();
  const { bytes, contentType, extension } = upload.file;
  form.set('file', new Blob([bytes], { type: contentType }), `${upload.name}.${extension}`);
  return form;
}

/** From at once to well into the reading. */
async function pause(random: Random): Promise<void> {
  await sleep(random.whole(0, 3_000));
}
