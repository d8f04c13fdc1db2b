import { EX_CONFIG } from '@ocrelay/config';
import { DataDirInUse, DataDirUnusable, PortTaken, StartError } from '@ocrelay/stack';

/** Errors whose message is for the person who started it; any other is a mistake of ours, and its stack matters. */
export function isExplained(error: unknown): error is Error {
  return [DataDirInUse, DataDirUnusable, PortTaken, StartError].some((kind) => error instanceof kind);
}

/** A program's own exit code where it says that its configuration is wrong (78); else 1. */
export function exitCodeOf(error: unknown): number {
  return error instanceof StartError && error.exitCode === EX_CONFIG ? EX_CONFIG : 1;
}
