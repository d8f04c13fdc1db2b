/**
 * Memory of images that went, for those that come. Memory that is new for each image costs more than to copy into what there is: the
 * system hands it out page by page, and what outlives a young collection waits for a full one. Threads share it.
 */
export interface SpareMemory {
  /** So many bytes as all have, with anything in them. */
  take(): Buffer;
  /** Nobody looks at it any more. */
  giveBack(memory: Buffer): void;
}

/** @param most pieces that are kept at a time; more are for the garbage collector */
export function spareMemory(sizeBytes: number, most: number): SpareMemory {
  const spare: Buffer[] = [];
  return {
    take: () => spare.pop() ?? Buffer.from(new SharedArrayBuffer(sizeBytes)),
    giveBack(memory) {
      if (spare.length < most) spare.push(memory);
    },
  };
}
