import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

const ROOT = process.cwd();
/** As much of the checkout as the violations need to be among: all of it would be checked no better, and takes a minute. */
const COPIED = ['apps/start', 'apps/migrate', 'packages/config', 'scripts', 'package.json', 'tsconfig.json'];
const SETTINGS = ['biome.json', 'knip.json', '.dependency-cruiser.cjs', '.gitignore'];

/** One violation for each rule, in files of their own, so that a complaint can be told by the file it names. */
const VIOLATIONS: Readonly<Record<string, string>> = {
  'packages/config/src/wrong-type.ts': "export const port: number = 'eight thousand';\n",
  'packages/config/src/index-check.ts': 'const ports = [1];\nexport const first: number = ports[0];\n',
  'packages/config/src/badly-formatted.ts': 'export const   wide  =  1\n',
  'packages/config/src/cycle-one.ts':
    "import { two } from './cycle-two.ts';\n\nexport const one = (): number => two();\n",
  'packages/config/src/cycle-two.ts':
    "import { one } from './cycle-one.ts';\n\nexport const two = (): number => one();\n",
  'packages/config/src/package-imports-app.ts': "import '../../../apps/migrate/src/main.ts';\n",
  'apps/start/src/app-imports-app.ts': "import '../../migrate/src/main.ts';\n",
  'apps/start/src/back-door.ts': "import '../../../packages/config/src/environment.ts';\n",
  'packages/config/src/nobody-needs-me.ts': 'export const lonely = 1;\n',
};

let copy: string;
let complaints: string;
let exitCode: number | null;

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'ocrelay-check-'));
  for (const name of [...COPIED, ...SETTINGS]) {
    cpSync(join(ROOT, name), join(copy, name), {
      recursive: true,
      filter: (path) => basename(path) !== 'node_modules',
    });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  for (const [file, content] of Object.entries(VIOLATIONS)) writeFileSync(join(copy, file), content);
  const run = spawnSync(process.execPath, ['scripts/check.js', '--in', copy], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  complaints = run.stdout;
  exitCode = run.status;
}, 120_000);

afterAll(() => rmSync(copy, { recursive: true, force: true }));

describe('npm run check', () => {
  test('fails when something is wrong', () => {
    expect(exitCode).toBe(1);
  });

  test.each(['types', 'style', 'imports', 'unused'])('%s are looked at', (name) => {
    expect(complaints).toContain(`✖ ${name}`);
  });

  test.each(Object.keys(VIOLATIONS))('complains about %s', (file) => {
    expect(complaints).toContain(file);
  });

  test.each([
    ['a package that imports an app', /packages-never-import-apps: packages\/config\/src\/package-imports-app\.ts/],
    ['an app that imports an app', /apps-never-import-each-other: apps\/start\/src\/app-imports-app\.ts/],
    ['a package that is entered by the back door', /packages-by-their-front-door: apps\/start\/src\/back-door\.ts/],
    ['files that import each other', /noImportCycles/],
    ['a type error', /wrong-type\.ts\(1,14\): error TS2322/],
    ['an element that may not be there', /index-check\.ts\(2,14\): error TS2322/],
  ])('names %s', (_what, complaint) => {
    expect(complaints).toMatch(complaint);
  });
});
