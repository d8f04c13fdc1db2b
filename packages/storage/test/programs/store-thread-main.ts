/** The thread that stores images, which a test can make end: in the middle of its work, or when it has nothing to do. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { storeImages } from '@ocrelay/storage';

type Order = Parameters<typeof storeImages>[0];

/** Before it ends with nothing to do, it leaves a file `ended` in the store's folder. */
export default async function store(order: Order): ReturnType<typeof storeImages> {
  const asked = (name: string) => order.images.some(({ key }) => key.endsWith(`/${name}.png`));
  if (asked('end-of-thread')) process.exit(1);
  const answer = await storeImages(order);
  if (asked('end-when-idle')) {
    process.once('exit', () => writeFileSync(join(order.root, 'ended'), ''));
    setTimeout(() => {
      throw new Error('the thread ends, as it was asked to');
    });
  }
  return answer;
}
