import { execFile } from 'node:child_process';
import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { type ReadBlock, textOf } from './reading/score/grid.ts';

/** What came of one image. */
export interface Measured {
  readonly seconds: number;
  readonly text: string;
  readonly blocks: readonly ReadBlock[];
}

/** Reads an image with the bundled engine at `url`. */
export async function readWithEngine(url: string, path: string): Promise<Measured> {
  const startedAt = performance.now();
  const form = new FormData();
  form.set('file', await openAsBlob(path), basename(path));
  const job = await call<{ job_id: string }>(`${url}/jobs-from-uploading`, { method: 'POST', body: form });
  for (let since = 0, done = false; !done; ) {
    const answer = await call<{ last_seq: number; done: boolean }>(
      `${url}/longpoll/jobs/${job.job_id}?since_seq=${since}`,
    );
    since = answer.last_seq;
    done = answer.done;
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const result = await call<{ pages: { parsing_res_list: ReadBlock[] }[] }>(`${url}/result/json/jobs/${job.job_id}`);
  const blocks = result.pages.flatMap((page) => page.parsing_res_list);
  return { seconds, text: textsOf(blocks).join('\n'), blocks };
}

/** Pictures have none. */
function textsOf(blocks: readonly ReadBlock[]): string[] {
  return blocks.map(textOf).filter((text) => text !== '');
}

/**
 * @param language as Tesseract calls it
 * @returns null without Tesseract, or without its data for the language
 */
export async function readWithTesseract(path: string, language: string): Promise<Measured | null> {
  const startedAt = performance.now();
  const run = await promisify(execFile)('tesseract', [path, '-', '-l', language]).catch(() => null);
  return run === null ? null : { seconds: (performance.now() - startedAt) / 1000, text: run.stdout, blocks: [] };
}

async function call<Body>(url: string, init: RequestInit = {}): Promise<Body> {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as Body;
}
