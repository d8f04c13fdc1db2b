export { type TogetherOptions, together } from './together.ts';
