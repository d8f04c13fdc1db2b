import type { MessagePort } from 'node:worker_threads';
import { ExportError, type ExportFile } from '@ocrelay/exports';
import { documentTooLarge } from '../errors/catalogue.ts';
import type { FromThread, ToThread } from './port-protocol.ts';
import type { Spool } from './spool.ts';

/** The stored image of a page of one of the documents, as it is; null where there is none. */
export type ImageOf = (document: number, page: number) => Promise<Uint8Array | null>;

/** A file that is on its way from its thread. */
interface TakenFile extends Pick<ExportFile, 'mediaType' | 'extension'> {
  /** How many bytes it was, once the spool has all of them; what it rejects with, the spool fails with as well. */
  readonly whole: Promise<number>;
}

/**
 * Takes the file that a thread makes off the thread's port and into the spool, at once, whoever reads it and when. Resolves as soon
 * as it is known what file it will be.
 * @param made the thread's work: what that throws ends the file
 * @throws ExportError; what the thread died of; the signal's reason
 */
export async function takeFile(
  port: MessagePort,
  made: Promise<unknown>,
  imageOf: ImageOf,
  spool: Spool,
  mostBytes: number,
  signal: AbortSignal,
): Promise<TakenFile> {
  const messages = receive(port, made, signal);
  const kind = await fileKind(messages);
  const whole = takeOff(port, messages, imageOf, spool, mostBytes);
  whole.catch((error: unknown) => spool.fail(error));
  return { ...kind, whole };
}

/** The thread's messages up to its last; throws what the thread died of, or the signal's reason. */
async function* receive(port: MessagePort, made: Promise<unknown>, signal: AbortSignal): AsyncGenerator<FromThread> {
  const arrived: FromThread[] = [];
  let end: { readonly error: unknown } | null = null;
  let wake = () => {};
  port.on('message', (message: FromThread) => {
    arrived.push(message);
    wake();
  });
  const endWith = (error: unknown) => {
    end ??= { error };
    wake();
  };
  // That the thread is done says nothing of what it sent: that may still be on its way.
  made.catch(endWith);
  signal.addEventListener('abort', () => endWith(signal.reason), { once: true });
  try {
    for (;;) {
      const next = signal.aborted ? undefined : arrived.shift();
      if (next === undefined) {
        if (end !== null) throw (end as { readonly error: unknown }).error;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      yield next;
      if (next.kind === 'end' || next.kind === 'refused') return;
    }
  } finally {
    port.close();
  }
}

/** What file it will be. @throws ExportError */
async function fileKind(messages: AsyncGenerator<FromThread>): Promise<Pick<ExportFile, 'mediaType' | 'extension'>> {
  const first = await messages.next();
  if (first.done === true) throw new Error('the thread ended without a word');
  if (first.value.kind === 'refused') throw new ExportError(first.value.code, first.value.message);
  if (first.value.kind !== 'file') throw new TypeError(`a file began with ${first.value.kind}`);
  const { mediaType, extension } = first.value;
  return { mediaType, extension };
}

/** The rest of the messages, to the spool. @returns how many bytes it was */
async function takeOff(
  port: MessagePort,
  messages: AsyncGenerator<FromThread>,
  imageOf: ImageOf,
  spool: Spool,
  mostBytes: number,
): Promise<number> {
  const answer = (message: ToThread) => port.postMessage(message);
  let bytes = 0;
  for await (const message of messages) {
    if (message.kind === 'picture_wanted') {
      const { document, page } = message;
      answer({ kind: 'picture', document, page, image: await imageOf(document, page) });
    }
    if (message.kind === 'bytes') {
      const count = message.bytes.byteLength;
      bytes += count;
      if (bytes > mostBytes) throw documentTooLarge();
      await spool.write(message.bytes);
      answer({ kind: 'bytes_kept', count });
    }
    if (message.kind === 'end') {
      spool.end();
      return bytes;
    }
  }
  throw new Error('the thread ended before the file did');
}
