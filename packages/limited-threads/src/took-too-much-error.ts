/** An order took more than it may, and its thread has ended with it. The message is for whoever knows what the order was. */
export class TookTooMuchError extends Error {
  override readonly name = 'TookTooMuchError';
  readonly of: 'time' | 'memory';

  /** @param limit with its unit */
  constructor(of: 'time' | 'memory', limit: string) {
    super(`it takes more than ${limit}`);
    this.of = of;
  }
}
