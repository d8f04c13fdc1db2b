import type { RequestHandler } from 'express';
import type { ZodOpenApiOperationObject } from 'zod-openapi';

/** What one method of one path does: said once for Express and for the API documentation. */
export interface Route {
  readonly method: 'get' | 'post' | 'delete';
  /** As OpenAPI writes it: `/api/v1/tasks/{task_id}`. */
  readonly path: string;
  readonly operation: ZodOpenApiOperationObject;
  /** A rejected promise goes to the one error handler. */
  readonly handle: RequestHandler;
}
