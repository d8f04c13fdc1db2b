/** The thread's work: to store the small images that are uploaded. */
export { storeImages as default } from '@ocrelay/storage';
