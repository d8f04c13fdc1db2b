import { groupBy } from '../group-by.ts';
import type { Broken, KeptPromise } from './promise.ts';

/** What was answered with 201 has a row. */
export const everyAcceptedUploadIsThere: KeptPromise = {
  name: 'every upload that was answered with 201 has its task',
  check({ uploads, tasks }) {
    return uploads.flatMap(({ name, taskId, sha256, deleteSent }) => {
      if (taskId === null || deleteSent) return [];
      const task = tasks.get(taskId);
      if (task === undefined) return { what: `${name} was accepted, and there is no task ${taskId}`, taskId };
      return task.sha256 === sha256 ? [] : { what: `the task of ${name} is of another image`, taskId };
    });
  },
};

/** What was deleted stays so. */
export const whatWasDeletedIsGone: KeptPromise = {
  name: 'what was deleted is gone',
  check({ uploads, tasks }) {
    return uploads.flatMap(({ name, taskId, isDeleted }) =>
      taskId !== null && isDeleted && tasks.has(taskId) ? { what: `${name} was deleted, and is there`, taskId } : [],
    );
  },
};

/** However often it was sent. */
export const everyImageIsOneTask: KeptPromise = {
  name: 'an image that was sent again with its key is one task',
  check({ tasks, uploads }) {
    const known = new Set(uploads.map(({ sha256 }) => sha256));
    const sent = [...tasks.values()].filter(({ parentId }) => parentId === null);
    const bySha256 = groupBy(sent, ({ sha256 }) => sha256);
    return [...bySha256].flatMap(([sha256, rows]): Broken[] => {
      const taskId = rows[0]?.id ?? null;
      if (rows.length > 1) return [{ what: `${rows.map(({ id }) => id).join(', ')} are of one image`, taskId }];
      return known.has(sha256) ? [] : [{ what: 'nobody has uploaded the image of this task', taskId }];
    });
  },
};

/** Refusals that pass are part of an outage; others are not, and what is unexpected never is. */
export const noValidUploadIsRefused: KeptPromise = {
  name: 'no valid image is refused for good, and no answer is an internal error',
  check({ uploads, answers }) {
    const refused = uploads.flatMap(({ name, refused: why, taskId }) =>
      why === null ? [] : { what: `${name} was refused with ${why}`, taskId },
    );
    const internal = [...answers].flatMap(([answer, times]) =>
      answer.includes('internal_error') ? { what: `${times} × ${answer}`, taskId: null } : [],
    );
    return [...refused, ...internal];
  },
};
