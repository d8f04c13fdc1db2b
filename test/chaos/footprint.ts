import { PROGRAMS, type ProgramName } from './fault.ts';
import { residentBytes } from './parts/process-tree.ts';
import type { System } from './system.ts';

/** What one program takes up. */
export interface ProgramFootprint {
  readonly name: ProgramName;
  readonly pid: number | undefined;
  /** Null where the system does not tell. */
  readonly memoryBytes: number | null;
  /** Connections to Postgres and to Redis that stand. */
  readonly postgres: number;
  readonly redis: number;
}

export function footprints({ programs, proxies }: System): ProgramFootprint[] {
  const connections = (name: ProgramName, to: 'postgres' | 'redis') =>
    proxies.of([name], to).reduce((sum, way) => sum + way.connections, 0);
  return PROGRAMS.map((name) => ({
    name,
    pid: programs[name].pid,
    memoryBytes: residentBytes(programs[name].pid),
    postgres: connections(name, 'postgres'),
    redis: connections(name, 'redis'),
  }));
}
