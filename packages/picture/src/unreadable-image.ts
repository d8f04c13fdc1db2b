/** The image cannot be read, and trying again will not help. The message is for the person who sent it. */
export class UnreadableImage extends Error {
  override readonly name = 'UnreadableImage';
}
