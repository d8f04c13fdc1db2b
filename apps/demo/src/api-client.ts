import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type TaskView, taskView } from '@ocrelay/contracts';
import * as z from 'zod';

/** The few calls of the HTTP API that the demo makes, as any client would. All throw an Error with the API's own words. */
export interface ApiClient {
  /** Uploads an image or a PDF and starts its OCR. @returns the task's id */
  upload(path: string): Promise<string>;
  task(id: string): Promise<TaskView>;
  /** Pages are parted by form feeds. */
  text(id: string): Promise<string>;
  /** The OCR service's JSON, byte for byte; of a document that of one page, counted from 1. */
  raw(id: string, page?: number): Promise<Buffer>;
  /** What was read as a file of this format. */
  export(id: string, format: string): Promise<Buffer>;
}

const uploaded = z.object({ data: z.object({ task_id: z.string() }) });
const taskAnswer = z.object({ data: taskView });
const failure = z.object({ message: z.string(), error: z.object({ code: z.string() }) });

export function createApiClient(apiUrl: string, signal: AbortSignal): ApiClient {
  const call = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const response = await fetch(`${apiUrl}/api/v1${path}`, { ...init, signal });
    if (!response.ok)
      throw new Error(`${init.method ?? 'GET'} ${path}: ${explain(response.status, await response.text())}`);
    return response;
  };
  return {
    upload: async (path) => {
      const body = new FormData();
      body.append('file', new Blob([await readFile(path)]), basename(path));
      const response = await call('/upload/image?start=true', { method: 'POST', body });
      return uploaded.parse(await response.json()).data.task_id;
    },
    task: async (id) => taskAnswer.parse(await (await call(`/tasks/${id}`)).json()).data,
    text: async (id) => (await call(`/tasks/${id}/text`)).text(),
    raw: async (id, page) => bytesOf(await call(`/tasks/${id}/result/raw${page === undefined ? '' : `?page=${page}`}`)),
    export: async (id, format) => bytesOf(await call(`/tasks/${id}/export?format=${format}`)),
  };
}

async function bytesOf(response: Response): Promise<Buffer> {
  return Buffer.from(await response.arrayBuffer());
}

function explain(status: number, body: string): string {
  try {
    const { message, error } = failure.parse(JSON.parse(body));
    return `${status} ${error.code}: ${message}`;
  } catch {
    return `${status} ${body.slice(0, 200)}`;
  }
}
