import { execFile } from 'node:child_process';
import { openAsBlob, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { characterErrorRate } from './character-errors.ts';
import { startProgram } from './processes.ts';
import { heading, median } from './report.ts';

const SAMPLES = join('test', 'samples');
const ROUNDS = 3;

interface Measured {
  readonly seconds: number;
  readonly text: string;
}

/** Seconds a page, peak memory and character error rate on the samples, with Tesseract beside it where it is installed. */
export async function benchEngine(): Promise<void> {
  const expected: Record<string, { text: string[] }> = JSON.parse(readFileSync(join(SAMPLES, 'expected.json'), 'utf8'));
  const engine = await startProgram('apps/ocr-engine/src/main', { OCR_TOKEN: '' });
  heading('Engine: the samples, one at a time');
  row('sample', 'reader', 's/page', 'CER', 'with spaces');
  try {
    const files = Object.keys(expected);
    await readWithEngine(engine.url, join(SAMPLES, files[0] ?? '')); // models are loaded now
    for (const file of files) {
      const path = join(SAMPLES, file);
      const text = expected[file]?.text.join('\n') ?? '';
      const readers = {
        engine: () => readWithEngine(engine.url, path),
        tesseract: () => readWithTesseract(path, text),
      };
      for (const [name, read] of Object.entries(readers)) await measure(file, name, text, read);
    }
    process.stdout.write('tesseract does not apply the EXIF orientation of the photo\n');
    const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${engine.child.pid}/status`, 'utf8'))?.[1];
    process.stdout.write(
      `peak memory of the engine: ${Math.round(Number(peak ?? 0) / 1024)} MiB, all its threads together\n`,
    );
  } finally {
    await engine.stop();
  }
}

async function measure(file: string, name: string, text: string, read: () => Promise<Measured | null>): Promise<void> {
  const rounds: Measured[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    const round = await read();
    if (round === null) return row(file, name, 'not available', '', '');
    rounds.push(round);
  }
  const got = rounds[0]?.text ?? '';
  const rate = (spaces: 'counted' | 'ignored') => `${(100 * characterErrorRate(got, text, spaces)).toFixed(1)} %`;
  row(file, name, median(rounds.map((round) => round.seconds)).toFixed(2), rate('ignored'), rate('counted'));
}

async function readWithEngine(url: string, path: string): Promise<Measured> {
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
  const result = await call<{ pages: { parsing_res_list: { block_content: string }[] }[] }>(
    `${url}/result/json/jobs/${job.job_id}`,
  );
  const blocks = result.pages.flatMap((page) => page.parsing_res_list);
  return { seconds, text: blocks.map((block) => block.block_content).join('\n') };
}

/** @returns null without Tesseract, or without its data for the language of the text. */
async function readWithTesseract(path: string, text: string): Promise<Measured | null> {
  const language = /\p{Script=Han}/u.test(text) ? 'chi_sim' : 'eng';
  const startedAt = performance.now();
  const run = await promisify(execFile)('tesseract', [path, '-', '-l', language]).catch(() => null);
  return run === null ? null : { seconds: (performance.now() - startedAt) / 1000, text: run.stdout };
}

async function call<Body>(url: string, init: RequestInit = {}): Promise<Body> {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as Body;
}

function row(...cells: [string, string, string, string, string]): void {
  process.stdout.write(
    `${cells[0].padEnd(24)} ${cells[1].padEnd(10)} ${cells
      .slice(2)
      .map((cell) => cell.padStart(14))
      .join('')}\n`,
  );
}
