import { type ImageStore, openImageStore } from '@ocrelay/storage';

/** A store that is there, made as the API makes the first one. */
export async function makeImageStore(url: string): Promise<ImageStore> {
  const store = await openImageStore(url);
  await store.make();
  return store;
}
