import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { characterErrorRate } from './character-errors.ts';
import { startProgram } from './processes.ts';
import { type Measured, readWithEngine, readWithTesseract } from './readers.ts';
import { heading, median } from './report.ts';

const SAMPLES = join('test', 'samples');
const ROUNDS = 3;

/** Seconds a page, peak memory and character error rate on the sample images, with Tesseract beside it where it is installed. */
export async function benchEngine(): Promise<void> {
  const expected: Record<string, { text: string[] }> = JSON.parse(readFileSync(join(SAMPLES, 'expected.json'), 'utf8'));
  const engine = await startProgram('apps/ocr-engine/src/main', { OCR_TOKEN: '' });
  heading('Engine: the sample images, one at a time');
  row('sample', 'reader', 's/page', 'CER', 'with spaces');
  try {
    const files = Object.keys(expected).filter((file) => !file.endsWith('.pdf')); // which the engine does not take
    await readWithEngine(engine.url, join(SAMPLES, files[0] ?? '')); // models are loaded now
    for (const file of files) {
      const path = join(SAMPLES, file);
      const text = expected[file]?.text.join('\n') ?? '';
      const readers = {
        engine: () => readWithEngine(engine.url, path),
        tesseract: () => readWithTesseract(path, /\p{Script=Han}/u.test(text) ? 'chi_sim' : 'eng'),
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

function row(...cells: [string, string, string, string, string]): void {
  process.stdout.write(
    `${cells[0].padEnd(24)} ${cells[1].padEnd(10)} ${cells
      .slice(2)
      .map((cell) => cell.padStart(14))
      .join('')}\n`,
  );
}
