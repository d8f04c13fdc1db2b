import { type ChildProcess, execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { openAsBlob, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { characterErrorRate } from '../../../test/bench/character-errors.ts';
import { typefaceOf } from '../../../test/bench/reading/pages/fonts.ts';
import { makePage } from '../../../test/bench/reading/pages/make-pages.ts';
import { createSheet } from '../../../test/bench/reading/pages/sheet.ts';
import { gridOf, type ReadBlock, textOf } from '../../../test/bench/reading/score/grid.ts';

interface Result {
  final: { status: string; error_message: string };
  pages: { width: number; height: number; parsing_res_list: ReadBlock[] }[];
}

const SAMPLES = resolve('test/samples');
const expected: Record<string, { text: string[]; must_contain: string[] }> = JSON.parse(
  readFileSync(join(SAMPLES, 'expected.json'), 'utf8'),
);
let folder: string;
let engine: ChildProcess;
let url: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ocr-engine-bundle-'));
  const bundle = join(folder, 'bundle');
  await mkdir(bundle);
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
  await promisify(execFile)(process.execPath, ['scripts/build.js', '--out', bundle, '--only', 'ocr-engine']);
  ({ engine, url } = await start(bundle));
}, 60_000);

afterAll(async () => {
  await stop(engine);
  await rm(folder, { recursive: true, force: true });
}, 20_000);

async function start(bundle: string, env: NodeJS.ProcessEnv = {}): Promise<{ engine: ChildProcess; url: string }> {
  const engine = fork(join(bundle, 'apps/ocr-engine/src/main.js'), {
    env: {
      PATH: process.env['PATH'],
      HOST: '127.0.0.1',
      PORT: '0',
      LOG_LEVEL: 'warn',
      LOG_FORMAT: 'json',
      ENGINE_THREADS: '1',
      ...env,
    },
    execArgv: [],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  engine.stdout?.resume(); // a pipe that nobody reads fills up, and the engine would wait
  const [message] = (await once(engine, 'message')) as [{ port: number }];
  return { engine, url: `http://127.0.0.1:${message.port}` };
}

async function stop(engine: ChildProcess): Promise<void> {
  if (engine.exitCode !== null) return;
  const exited = once(engine, 'exit');
  engine.kill('SIGTERM');
  expect((await exited)[0]).toBe(0);
}

/** @returns the job's id */
async function submit(path: string, to: string): Promise<string> {
  const form = new FormData();
  form.set('file', await openAsBlob(path), basename(path));
  const submitted = await fetch(`${to}/jobs-from-uploading`, { method: 'POST', body: form });
  return ((await submitted.json()) as { job_id: string }).job_id;
}

async function read(path: string, from = url): Promise<Result> {
  const id = await submit(path, from);
  for (let since = 0, done = false; !done; ) {
    const answer = await fetch(`${from}/longpoll/jobs/${id}?since_seq=${since}`);
    ({ last_seq: since, done } = (await answer.json()) as { last_seq: number; done: boolean });
  }
  return (await (await fetch(`${from}/result/json/jobs/${id}`)).json()) as Result;
}

const readings = new Map<string, Promise<Result>>();
/** A sample's reading, which takes long: each is read once, by the first test that asks. */
function sample(file: string): Promise<Result> {
  const known = readings.get(file) ?? read(join(SAMPLES, file));
  readings.set(file, known);
  return known;
}

async function drawn(name: string, width: number, height: number, text = ''): Promise<string> {
  const path = join(folder, name);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#fff"/>${text}</svg>`;
  await sharp(Buffer.from(svg)).toFile(path);
  return path;
}

test.each(Object.entries(expected).filter(([file]) => !file.endsWith('.pdf')))(
  '%s is read with at most 3 %% of its characters wrong',
  async (file, { text, must_contain }) => {
    const { pages } = await sample(file);
    const got = (pages[0]?.parsing_res_list ?? []).map(textOf).join('\n');
    expect(characterErrorRate(got, text.join('\n'), 'ignored')).toBeLessThanOrEqual(0.03);
    expect(characterErrorRate(got, text.join('\n'), 'counted')).toBeLessThanOrEqual(0.03);
    for (const part of must_contain) expect(got.replace(/\s/g, '')).toContain(part.replace(/\s/g, ''));
  },
  60_000,
);

test("an invoice's two tables are read cell by cell, with a box for each", async () => {
  const { pages } = await sample('invoice-en.png');
  const tables = (pages[0]?.parsing_res_list ?? []).filter((block) => block.block_label === 'table');
  const grids = tables.map((table) => gridOf(table.block_content));
  expect(grids.map((cells) => [cells.at(-1)?.row, cells.at(-1)?.column, cells.length])).toEqual([
    [7, 4, 40],
    [2, 1, 6],
  ]);
  expect(grids[1]?.map((cell) => cell.text)).toEqual(['Net', '907.60', 'VAT 20 %', '181.52', 'Total EUR', '1,089.12']);
  expect(tables.map((table) => table.cells?.length)).toEqual([40, 6]);
  expect(tables[1]?.cells?.[0]).toEqual({
    bbox: [720, 850, 890, 898],
    confidence: expect.closeTo(1, 1),
    borders: 'trbl',
  });
}, 60_000);

test.each([
  ['ruled', ['trbl']],
  ['partly ruled', ['tb']], // by level rules only
  ['borderless', ['']],
] as const)(
  'the cells of a table that is %s have just the borders that are drawn',
  async (kind, sides) => {
    const { file, truth } = await makePage({ language: 'English', table: kind, condition: 'clean' }, 106);
    const block = truth.blocks.find(({ table }) => table !== undefined);
    const drawn = block?.table?.cells.map(({ borders }) => borders);
    expect([...new Set(drawn)]).toEqual(sides);
    const [left = 0, top = 0, right = 0, bottom = 0] = block?.box.map(Math.round) ?? [];
    const path = join(folder, `${kind}.png`); // of the table alone, which is read sooner
    await sharp(file)
      .extract({ left: left - 20, top: top - 20, width: right - left + 40, height: bottom - top + 40 })
      .toFile(path);
    const { pages } = await read(path);
    const tables = (pages[0]?.parsing_res_list ?? []).filter((block) => block.block_label === 'table');
    expect(tables.map(({ cells }) => cells?.map(({ borders }) => borders))).toEqual([drawn]);
  },
  60_000,
);

/** A page with these lines, in a face that all machines have. */
async function written(name: string, lines: readonly string[]): Promise<string> {
  const sheet = createSheet(1000, 100 + 50 * lines.length);
  for (const [i, line] of lines.entries()) sheet.write(typefaceOf('German').regular, 26, 60, 80 + 50 * i, line);
  const { gray, width, height } = await sheet.toImage();
  const path = join(folder, name);
  await sharp(gray, { raw: { width, height, channels: 1 } }).toFile(path);
  return path;
}

const GERMAN = [
  'Ärger über große Maße: Öl, Übung und Räume',
  'werden für 1.234,56 € im Jahr geprüft (siehe Nr. 17)',
  'und schön in den Büros der Straße aufgehängt',
];
const ENGLISH = [
  'Our Ohio office above 8 Bass Street, open on Sunday',
  'Amount due: 1,234.56 EUR, about 30 days after delivery.',
];

const linesOf = ({ pages }: Result) => (pages[0]?.parsing_res_list ?? []).map(textOf).join('\n').split('\n');

test('a German page is read with all of its letters', async () => {
  expect(linesOf(await read(await written('german.png', GERMAN)))).toEqual(GERMAN);
}, 60_000);

test('an English page is read letter by letter as before', async () => {
  expect(linesOf(await read(await written('english.png', ENGLISH)))).toEqual(ENGLISH);
}, 60_000);

test("a German page is read without what only the second reader knows when that one's data is damaged, and the log says so", async () => {
  const packages = join(folder, 'damaged', 'node_modules');
  const data = join(packages, '@tesseract.js-data/deu/4.0.0_best_int');
  await mkdir(data, { recursive: true });
  await writeFile(join(data, 'deu.traineddata.gz'), 'no data');
  for (const name of await readdir(resolve('node_modules'))) {
    if (name !== '@tesseract.js-data') await symlink(resolve('node_modules', name), join(packages, name));
  }
  await cp(join(folder, 'bundle'), join(folder, 'damaged', 'bundle'), { recursive: true });
  const damaged = await start(join(folder, 'damaged', 'bundle'));
  let log = '';
  damaged.engine.stdout?.on('data', (chunk) => (log += chunk));
  const result = await read(await written('german.png', GERMAN), damaged.url);
  expect(result.final.status).toBe('finished');
  expect(linesOf(result)[1]).toMatch(/^werden f[uü]r 1\.234,56/);
  expect(log).toContain('a page was read without its German letters');
  await stop(damaged.engine);
}, 60_000);

test('an engine that is stopped while it reads ends as it should, and leaves no image behind', async () => {
  const uploads = join(folder, 'uploads');
  await mkdir(uploads);
  const stopped = await start(join(folder, 'bundle'), { TMPDIR: uploads });
  const page = join(SAMPLES, 'invoice-en.png');
  const first = read(page, stopped.url);
  for (let waiting = 0; waiting < 3; waiting += 1) await submit(page, stopped.url);
  await first; // then the models have been loaded, and the next page is under way
  await stop(stopped.engine);
  expect(await readdir(uploads)).toEqual([]);
}, 60_000);

test('a page is upright after its EXIF orientation', async () => {
  expect((await sample('notice-photo.jpg')).pages[0]).toMatchObject({ width: 1000, height: 760 });
}, 60_000);

test('a damaged image fails its job with a message, and the engine goes on', async () => {
  const damaged = join(folder, 'damaged.png');
  await writeFile(damaged, readFileSync(join(SAMPLES, 'invoice-en.png')).subarray(0, 9000));
  const { final, pages } = await read(damaged);
  expect(final).toMatchObject({ status: 'failed', error_message: expect.stringContaining('damaged') });
  expect(pages).toEqual([]);
  expect((await fetch(`${url}/health`)).status).toBe(200);
}, 60_000);

test.each([
  ['a 1 × 1 image', 1, 1],
  ['a 12,000 pixel wide image', 12_000, 400],
  ['a 12,000 pixel high image', 300, 12_000],
])(
  '%s is read',
  async (_name, width, height) => {
    const { final, pages } = await read(await drawn(`${width}x${height}.png`, width, height));
    expect(final.status).toBe('finished');
    expect(pages[0]).toMatchObject({ width, height });
  },
  60_000,
);
