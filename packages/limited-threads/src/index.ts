export { createLimitedThreads, type LimitedThreads } from './limited-threads.ts';
export { TookTooMuchError } from './took-too-much-error.ts';
