import { STAGES } from '@ocrelay/contracts';
import type { Evidence } from '../evidence.ts';
import { SWEPT_AFTER_MS } from '../settings.ts';
import type { Broken, KeptPromise } from './promise.ts';

/** Files and rows are the same, but for what dead uploads left, which has its time. */
export const everyFileHasItsRow: KeptPromise = {
  name: 'each task has its image, unaltered; other files are what uploads left behind that were never answered, and not old',
  check({ tasks, images, incoming, uploads, answers }) {
    const files = new Map(images.map((file) => [file.key, file]));
    const keys = new Set([...tasks.values()].map(({ imagePath }) => imagePath));
    const missing = [...tasks.values()].flatMap(({ id, imagePath, sha256 }): Broken[] => {
      if (sha256 === '') return []; // a page that has no picture yet
      const file = files.get(imagePath);
      if (file === undefined) return [{ what: `its image ${imagePath} is gone`, taskId: id }];
      return file.sha256 === sha256 ? [] : [{ what: `its image ${imagePath} was altered`, taskId: id }];
    });
    const left = [...incoming, ...images.filter(({ key }) => !keys.has(key))];
    const old = left.flatMap(({ key, ageMs }) =>
      ageMs > SWEPT_AFTER_MS ? { what: `${key} was left ${Math.round(ageMs / 1000)} s ago`, taskId: null } : [],
    );
    // Each upload that was not answered leaves one at most, and so does each deletion, of the document and of each page.
    const unanswered = [...answers].reduce(
      (sum, [answer, times]) => (answer.startsWith('upload') && answer !== 'upload 201' ? sum + times : sum),
      uploads.reduce((sum, { deleteSent, file }) => sum + (deleteSent ? 1 + (file.pages ?? 0) : 0), 0),
    );
    const many = left.length > unanswered ? [`${left.length} files were left by ${unanswered} requests`] : [];
    return [...missing, ...old, ...many.map((what) => ({ what, taskId: null }))];
  },
};

/** Stale jobs do nothing, and are let be. */
export const noJobWouldAct: KeptPromise = {
  name: 'the queue holds no job that would still do something',
  check({ jobs, tasks }) {
    return jobs.flatMap(({ task_id, generation, dispatch, stage }) => {
      const task = tasks.get(task_id);
      const acts =
        task !== undefined &&
        task.generation === generation &&
        task.dispatch === dispatch &&
        task.stage === stage &&
        task.isDue &&
        task.claimedBy === null;
      return acts ? { what: `its ${stage} job waits in the queue`, taskId: task_id } : [];
    });
  },
};

/** More than garbage that is not collected yet. */
const MEMORY_BYTES = 160 * 1024 * 1024;
/** What the architecture allows a program. */
const POSTGRES = { pool: 10, queues: 8, wakeUps: 1, heartbeat: 1 };
/** Adding, fetching, and one that blocks for each stage. */
const REDIS = 2 + STAGES.length;

/** Nothing is gathered by faults: neither memory nor connections. */
export const nothingIsGathered: KeptPromise = {
  name: 'programs that lived through it take up no more than before',
  check(evidence) {
    return evidence.after.flatMap((after) => {
      const base = evidence.before.find(({ name }) => name === after.name);
      const broken: Broken[] = [];
      const say = (what: string) => broken.push({ what: `${after.name} ${what}`, taskId: null });
      if (base?.pid === after.pid && base?.memoryBytes != null && after.memoryBytes !== null) {
        const grownBytes = after.memoryBytes - base.memoryBytes;
        if (grownBytes > MEMORY_BYTES) say(`has grown by ${Math.round(grownBytes / 2 ** 20)} MiB`);
      }
      if (after.postgres > postgresLimit(evidence, after.name === 'api')) {
        say(`holds ${after.postgres} connections to Postgres`);
      }
      if (after.redis > (after.name === 'api' ? 1 : REDIS)) say(`holds ${after.redis} connections to Redis`);
      return broken;
    });
  },
};

function postgresLimit({ backend }: Evidence, isApi: boolean): number {
  const { pool, queues, wakeUps, heartbeat } = POSTGRES;
  return pool + wakeUps + (isApi ? 0 : heartbeat) + (backend === 'postgres' ? queues : 0);
}
