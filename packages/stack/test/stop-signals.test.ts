import { fork } from 'node:child_process';
import { once } from 'node:events';
import { beforeAll, expect, test } from '@jest/globals';
import { compilePrograms } from '../../../test/support/compiled.ts';

let talk: URL;
beforeAll(() => {
  talk = compilePrograms('stack')('talk');
}, 60_000);

test.each(['stdout', 'SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
  'a program that is asked to stop by %s tidies up before it ends',
  async (by) => {
    const program = fork(talk, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
    const said = once(program, 'message');
    const ended = once(program, 'exit');
    await once(program.stdout ?? program, 'data');
    if (by === 'stdout') program.stdout?.destroy();
    else program.kill(by);
    expect(await ended).toEqual([7, null]);
    expect(await said).toMatchObject(['tidied up']);
  },
);
