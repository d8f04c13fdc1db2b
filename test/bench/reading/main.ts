/** `npm run bench:reading`: drawn pages with known truth, read by the engine and, where installed, by Tesseract. Never a test. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpuMs, startProgram } from '../processes.ts';
import { type Measured, readWithEngine, readWithTesseract } from '../readers.ts';
import { parseOptions } from './options.ts';
import { chooseClasses, makePage } from './pages/make-pages.ts';
import { report, type ScoredPage } from './report.ts';
import { scorePage } from './score/score-page.ts';

const TESSERACT = { English: 'eng', German: 'deu', Chinese: 'chi_sim' };

const options = parseOptions(process.argv.slice(2));
const folder = options.keep ?? mkdtempSync(join(tmpdir(), 'ocrelay-bench-reading-'));
mkdirSync(folder, { recursive: true });
const engine = await startProgram('apps/ocr-engine/src/main', { OCR_TOKEN: '', ENGINE_THREADS: '1' });
const scored: Record<string, ScoredPage[]> = { engine: [], tesseract: [] };
let engineCpuMs = 0;
let pagesRead = 0;
try {
  for (const [i, of] of chooseClasses(options.pages, options.seed).entries()) {
    if (options.table !== null && of.table !== options.table) continue;
    const { file, truth } = await makePage(of, options.seed * 100_000 + i, options.pictures);
    const name = `${String(i).padStart(3, '0')} ${of.language} ${of.table} ${of.condition}`;
    const path = join(folder, `${name}.${file[0] === 0xff ? 'jpg' : 'png'}`);
    writeFileSync(path, file);
    if (pagesRead++ === 0) await readWithEngine(engine.url, path); // models are loaded now
    const readers: Record<string, () => Promise<Measured | null>> = {
      engine: () => readWithEngine(engine.url, path),
      tesseract: () => readWithTesseract(path, TESSERACT[of.language]),
    };
    for (const [reader, read] of Object.entries(readers)) {
      const before = cpuMs(engine.child.pid);
      const measured = await read();
      engineCpuMs += cpuMs(engine.child.pid) - before;
      if (measured === null) continue;
      const score = scorePage(measured, truth);
      scored[reader]?.push({ of, score });
      if (options.keep !== null) {
        writeFileSync(
          join(folder, `${name} ${reader}.json`),
          JSON.stringify({ score, truth, read: measured }, null, 1),
        );
      }
    }
    process.stderr.write(`${i + 1}/${options.pages}\r`);
  }
} finally {
  await engine.stop();
  if (options.keep === null) rmSync(folder, { recursive: true, force: true });
}
for (const [reader, pages] of Object.entries(scored)) {
  if (pages.length > 0) report(reader, pages);
  else process.stdout.write(`\n${reader}: not available\n`);
}
process.stdout.write(`CPU of the engine: ${(engineCpuMs / 1000 / pagesRead).toFixed(2)} s a page\n`);
process.exit(0);
