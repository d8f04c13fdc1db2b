import { spawn } from 'node:child_process';

/**
 * Stops Postgres when this process dies without having done so, `kill -9` included: a shell that waits on a pipe from this
 * process, which the system closes in any case. Postgres, unlike the other programs, can't watch a pipe itself.
 * Where there is no such shell, the next start stops the orphan.
 */
export function guardPostgres(pid: number): { dismiss(): void } {
  if (process.platform === 'win32') return { dismiss: () => {} };
  const guard = spawn('/bin/sh', ['-c', 'read -r _; kill -INT "$1"', 'ocrelay-postgres-guard', String(pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.on('error', () => {});
  guard.stdin.on('error', () => {});
  guard.unref();
  return { dismiss: () => guard.kill('SIGKILL') };
}
