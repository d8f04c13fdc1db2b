export { inParallel } from './in-parallel.ts';
export { type TogetherOptions, together } from './together.ts';
