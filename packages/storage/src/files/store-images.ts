import { systemCode } from '../errors.ts';
import { type DurableFolders, durableFolders } from './durable-folders.ts';
import { type SmallImage, storeSmall } from './store-small.ts';
import type { StoreAnswer, StoreFault, StoreOrder } from './thread-protocol.ts';

const foldersOf = new Map<string, DurableFolders>();

/** The work of the thread that stores images: each is stored, or not, for itself. Never rejects. */
export function storeImages({ root, images }: StoreOrder): Promise<StoreAnswer> {
  const folders = foldersOf.get(root) ?? durableFolders(root);
  foldersOf.set(root, folders);
  return Promise.all(images.map((image) => faultOf(folders, image)));
}

async function faultOf(folders: DurableFolders, image: SmallImage): Promise<StoreFault | null> {
  try {
    await storeSmall(folders, image);
    return null;
  } catch (error) {
    return { message: error instanceof Error ? error.message : String(error), code: systemCode(error) };
  }
}
