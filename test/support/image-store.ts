import { type ImageStore, type OpenOptions, openImageStore } from '@ocrelay/storage';

/** A store that is there, made as the API makes the first one. */
export async function makeImageStore(url: string, options: OpenOptions = {}): Promise<ImageStore> {
  const store = await openImageStore(url, options);
  await store.make();
  return store;
}
