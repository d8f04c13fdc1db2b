export { inParallel } from './in-parallel.ts';
export { type TogetherOptions, together } from './together.ts';
export { createTurns } from './turns.ts';
