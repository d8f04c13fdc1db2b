import { createDocument, type ZodOpenApiPathsObject } from 'zod-openapi';
import type { Route } from '../routes/route.ts';

type Document = ReturnType<typeof createDocument>;

/** The OpenAPI 3.1 description of the routes, from the schemas that they validate and answer by. */
export function openApiDocument(routes: readonly Route[]): Document {
  const paths: ZodOpenApiPathsObject = {};
  for (const { method, path, operation } of routes) paths[path] = { ...paths[path], [method]: operation };
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Ocrelay',
      version: '0.1.0',
      description:
        'Images, PDFs and TIFFs of several pages in, their readings out. Every JSON answer is `{success, message, data}`; a failure adds `error: {code, details}`. ' +
        'Messages are English, and Chinese when `Accept-Language` prefers `zh`; what a Chinese one quotes of particulars is English. ' +
        'Programs go by `error.code` and `error.details`, which are the same in every language.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }, { apiKey: [] }],
    tags: [
      { name: 'Intake', description: 'images and documents go in' },
      { name: 'Tasks', description: 'where they stand' },
      { name: 'Results', description: 'what was read, as the OCR service sent it, and as text' },
      { name: 'Documents', description: 'what was read as pages, blocks and tables, and as files to take away' },
      { name: 'Health', description: 'how everything is' },
    ],
    paths,
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'an API key; not needed when the server runs without keys',
        },
        apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
      },
    },
  });
}
