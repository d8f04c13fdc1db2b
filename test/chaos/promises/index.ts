import { everyDocumentIsItsPages } from './documents.ts';
import { cancelsHold, everyFailureHasItsReason, everyTaskEnds, nothingBreaksUnexpectedly } from './endings.ts';
import { everyFileHasItsRow, noJobWouldAct, nothingIsGathered } from './leftovers.ts';
import type { KeptPromise } from './promise.ts';
import { imagesAreReadOnce } from './reads.ts';
import { everyReadingIsKeptOnce } from './results.ts';
import {
  everyAcceptedUploadIsThere,
  everyImageIsOneTask,
  noValidUploadIsRefused,
  whatWasDeletedIsGone,
} from './uploads.ts';

/** All that is promised, in the order of a task's life. */
export const PROMISES: readonly KeptPromise[] = [
  everyAcceptedUploadIsThere,
  everyImageIsOneTask,
  noValidUploadIsRefused,
  everyTaskEnds,
  everyFailureHasItsReason,
  cancelsHold,
  whatWasDeletedIsGone,
  everyReadingIsKeptOnce,
  everyDocumentIsItsPages,
  imagesAreReadOnce,
  nothingBreaksUnexpectedly,
  noJobWouldAct,
  everyFileHasItsRow,
  nothingIsGathered,
];
