import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { compilePrograms } from '../../../test/support/compiled.ts';

jest.setTimeout(60_000);

let program: (name: string) => URL;
beforeAll(() => {
  program = compilePrograms('telemetry');
});

/** What a process writes that logs so. A process of its own: the logger writes to standard output. */
function logged(format: 'json' | 'pretty'): string {
  return execFileSync(process.execPath, [fileURLToPath(program('log')), format], { encoding: 'utf8' });
}

test('a program whose supervisor is gone ends, whatever it still has to say', async () => {
  const child = fork(program('orphan'), {
    stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
  });
  const ended = once(child, 'exit');
  await once(child, 'message');
  child.stdout?.destroy();
  child.disconnect();
  expect(await ended).toEqual([0, null]);
});

describe('JSON lines', () => {
  let lines: Array<Record<string, unknown>>;
  const line = (msg: string) => lines.find((one) => one['msg'] === msg);
  beforeAll(() => {
    lines = logged('json')
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text));
  });

  test('say when, who, how bad and what', () => {
    expect(line('at the top')).toMatchObject({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      name: 'worker',
      pid: expect.any(Number),
    });
  });

  test('of a task have its id, stage, generation and attempt, always under the same names', () => {
    expect(line('attempt failed, trying again')).toMatchObject({
      level: 'warn',
      task_id: '0198c0de-0000-7000-8000-000000000001',
      stage: 'poll',
      generation: 2,
      attempt: 3,
      code: 'ocr_timeout',
      reason: 'no answer',
      retry_in_ms: 1_500,
    });
    expect(line('task failed')).toMatchObject({ level: 'error', reason: '读取失败', attempt: 3 });
  });

  test('of a broken stage have the error with its stack', () => {
    expect(line('stage broke')).toMatchObject({
      err: { message: expect.stringContaining('outer'), stack: expect.stringContaining('inner') },
    });
  });

  test('are not written below the level', () => {
    expect(line('not at this level')).toBeUndefined();
  });

  test.each(['at the top', 'one deep', 'two deep', 'in a list', 'in a child'])('hold no secret: %s', (msg) => {
    const text = JSON.stringify(line(msg));
    expect(text).not.toContain('SECRET');
    expect(text.split('[redacted]')).toHaveLength(11);
  });

  test('that are nested too deep to be searched for secrets go without what is nested', () => {
    const found = line('too deep');
    expect(found).toMatchObject({ level: 'info', name: 'worker', task_id: '0198c0de-0000-7000-8000-000000000001' });
    expect(JSON.stringify(found)).not.toContain('SECRET');
    expect(found).not.toHaveProperty('deep');
  });

  test('hold no secret, whatever its case and its kind', () => {
    expect(line('as headers')).toMatchObject({ headers: { Authorization: '[redacted]', 'Set-Cookie': '[redacted]' } });
  });
});

describe('lines for people', () => {
  test('have a time of day, the message and the fields, and no secret', () => {
    const text = logged('pretty');
    expect(text).toMatch(/\d\d:\d\d:\d\d\.\d{3}/);
    expect(text).toContain('attempt failed, trying again');
    expect(text).toContain('ocr_timeout');
    expect(text).not.toContain('SECRET');
    expect(text).not.toMatch(/^\{/m);
  });
});
