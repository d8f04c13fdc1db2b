import { IncomingMessage, ServerResponse } from 'node:http';
import type { Express } from 'express';

/**
 * Classes of requests and responses, for `createServer`, that have the app's prototypes from the beginning.
 *
 * Express sets the prototype of each as it comes. To V8 no two of them have the same shape then, and whatever touches one is looked up
 * anew: a quarter of the main thread's time for a small upload. What has the right prototype already it leaves as it is.
 */
export function expressMessages(app: Express) {
  class AppRequest extends IncomingMessage {}
  class AppResponse extends ServerResponse {}
  app.request = Object.setPrototypeOf(AppRequest.prototype, app.request);
  app.response = Object.setPrototypeOf(AppResponse.prototype, app.response);
  return { IncomingMessage: AppRequest, ServerResponse: AppResponse };
}
