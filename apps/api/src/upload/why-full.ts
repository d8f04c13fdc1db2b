import type { FullReason } from '@ocrelay/storage';

/** What the one who sent an image is told of a store that takes none. */
export const WHY_FULL: Readonly<Record<FullReason, string>> = {
  disk_full: 'there is no room for another image: tell whoever runs this service',
  quota_exceeded: 'the quota of the image store is used up: tell whoever runs this service',
  read_only: 'the image store is read-only: tell whoever runs this service',
  not_permitted: 'this service may not write to its image store: tell whoever runs it',
};
