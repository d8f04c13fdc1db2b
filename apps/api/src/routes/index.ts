import type { ApiContext } from '../context.ts';
import { cancelTaskRoute } from './cancel-task.ts';
import { deleteTaskRoute } from './delete-task.ts';
import { documentRoute } from './document.ts';
import { exportTaskRoute } from './export-task.ts';
import { exportTasksRoute } from './export-tasks.ts';
import { getTaskRoute } from './get-task.ts';
import { healthzRoute, readyzRoute } from './health.ts';
import { imageRoute } from './image.ts';
import { listTasksRoute } from './list-tasks.ts';
import { metricsRoute } from './metrics.ts';
import { ocrHealthRoute } from './ocr-health.ts';
import { pageImageRoute } from './page-image.ts';
import { pageOverlayRoute } from './page-overlay.ts';
import { resultRoute } from './result.ts';
import { resultRawRoute } from './result-raw.ts';
import { retryPageRoute } from './retry-page.ts';
import { retryTaskRoute } from './retry-task.ts';
import { retryTasksRoute } from './retry-tasks.ts';
import type { Route } from './route.ts';
import { startOcrRoute } from './start-ocr.ts';
import { taskEventsRoute } from './task-events.ts';
import { taskPagesRoute } from './task-pages.ts';
import { textRoute } from './text.ts';
import { uploadImageRoute } from './upload-image.ts';

/** What anybody may ask who reaches the server: for probes, which hold no keys. */
export function publicRoutes(context: ApiContext): Route[] {
  return [healthzRoute(), readyzRoute(context)];
}

/** What needs an API key, once there are any; in the order of the documentation. */
export function guardedRoutes(context: ApiContext): Route[] {
  return [
    uploadImageRoute(context),
    startOcrRoute(context),
    ocrHealthRoute(context),
    listTasksRoute(context),
    getTaskRoute(context),
    taskEventsRoute(context),
    taskPagesRoute(context),
    cancelTaskRoute(context),
    retryTaskRoute(context),
    retryPageRoute(context),
    retryTasksRoute(context),
    deleteTaskRoute(context),
    resultRoute(context),
    resultRawRoute(context),
    textRoute(context),
    documentRoute(context),
    exportTaskRoute(context),
    exportTasksRoute(context),
    pageImageRoute(context),
    pageOverlayRoute(context),
    imageRoute(context),
    metricsRoute(context),
  ];
}
