import { ExpressAdapter } from '@bull-board/express';
import type { Logger } from '@ocrelay/telemetry';
import { requestBroke } from '@ocrelay/telemetry';
import { toApiError } from '../errors/classify.ts';
import { failureBody } from '../errors/error-handler.ts';
import { STYLE_PATH } from './hide-actions.ts';

type EntryRoute = Parameters<ExpressAdapter['setEntryRoute']>[0];

/** Bull Board's Express adapter with a page that hides some actions and loads nothing from elsewhere, and errors of ours. */
export class BoardAdapter extends ExpressAdapter {
  readonly #log: Logger;

  constructor(log: Logger) {
    super();
    this.#log = log;
  }

  override setEntryRoute(definition: EntryRoute): this {
    for (const route of [definition.route].flat()) {
      this.app.get(route, (_req, res) => {
        const { name, params } = definition.handler({ basePath: this.basePath, uiConfig: this.uiConfig });
        res.render(name, params, (error: Error | null, html: string) => {
          if (error !== null) throw error;
          res.type('html').send(withOwnStyle(html, this.basePath));
        });
      });
    }
    return this;
  }

  override setErrorHandler(): this {
    return super.setErrorHandler((thrown) => {
      const error = toApiError(thrown);
      if (error.code === 'internal_error') requestBroke(this.#log, thrown);
      const body = failureBody(error);
      // The page shows the headline of `key`, and `message` below it.
      return {
        status: error.status as 500,
        body: { ...body, error: { ...body.error, key: 'ERRORS.INTERNAL_SERVER_ERROR' } },
      };
    });
  }
}

const FONTS_FROM_ELSEWHERE = /<link [^>]*fonts\.googleapis\.com[^>]*>/;

function withOwnStyle(html: string, basePath: string): string {
  const style = `<link href="${basePath}${STYLE_PATH}" rel="stylesheet">`;
  return html.replace(FONTS_FROM_ELSEWHERE, '').replace('</head>', `${style}</head>`);
}
