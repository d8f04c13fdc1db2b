/** The data folder cannot be worked with as it is. The message says what to do. */
export class DataDirUnusable extends Error {
  override readonly name = 'DataDirUnusable';
}
