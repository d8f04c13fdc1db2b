import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Random, randomFrom } from '../random.ts';
import type { ApiClient } from './client.ts';
import { liveThrough, newUpload } from './live-through.ts';
import type { Upload, Wish } from './upload.ts';
import { documentFile, imageFile } from './upload-file.ts';

/** Clients that upload images and documents of their own all the time. */
export interface Clients {
  readonly uploads: readonly Upload[];
  /** Nothing new; what is under way goes on. */
  stopUploading(): void;
  /** Resolves when all are through with what they had begun. */
  readonly over: Promise<void>;
}

/** How many wait for an answer at the most; during an outage they all do. */
const CLIENTS = 24;
const LONGEST_BREAK_MS = 4_000;
/** Of all uploads. */
const DOCUMENTS_PERCENT = 15;

export function startClients(seed: number, client: ApiClient): Clients {
  const uploads: Upload[] = [];
  const stopped = new AbortController();
  setMaxListeners(0, stopped.signal);
  const work = async (number: number) => {
    const random = randomFrom(seed * 1_000 + number);
    for (let image = 1; ; image += 1) {
      await sleep(random.whole(0, LONGEST_BREAK_MS), undefined, { signal: stopped.signal }).catch(() => {});
      if (stopped.signal.aborted) return;
      const name = `chaos-${seed}-${number}-${image}`;
      const file = random.whole(1, 100) <= DOCUMENTS_PERCENT ? documentFile(name, random.whole(2, 4)) : imageFile(name);
      const upload = newUpload(name, wishOf(random), await file);
      uploads.push(upload);
      await liveThrough(client, upload, random);
      upload.isOver = true;
    }
  };
  const over = Promise.all(Array.from({ length: CLIENTS }, (_, index) => work(index + 1)));
  return { uploads, stopUploading: () => stopped.abort(), over: over.then(() => {}) };
}

function wishOf(random: Random): Wish {
  const drawn = random.whole(1, 100);
  if (drawn <= 66) return 'read';
  if (drawn <= 78) return 'start_later';
  if (drawn <= 86) return 'cancel';
  return drawn <= 94 ? 'cancel_and_retry' : 'delete';
}
