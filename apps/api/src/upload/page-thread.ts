/** The thread's work: what pages a document has that was uploaded. */
export { workOnPages as default } from '@ocrelay/pages';
