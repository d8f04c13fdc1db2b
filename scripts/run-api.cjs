/**
 * `npm run start:api`: the API, with a thread pool of its size. libuv looks for the size when it first needs a thread, which is while the
 * modules are loaded: a module's own first line is too late, and this is none.
 */
process.env.UV_THREADPOOL_SIZE ||= '16';
process.argv.splice(2, 0, 'api');
import('./run.js');
