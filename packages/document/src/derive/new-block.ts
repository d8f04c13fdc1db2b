import type { Block } from '../model/block.ts';

/** What all blocks that come of one block of the service share. */
export type Frame = Pick<Block, 'bbox' | 'confidence'>;
/** A block that does not know its place yet. */
export type NewBlock = Omit<Block, 'id'>;
