import { connect } from 'node:net';
import type { HostileRequest } from './request.ts';

/** What came back first, interim answers left out. */
export interface Received {
  /** `422 image_corrupt`; `201` without a code; `no answer` when the connection ended without one. */
  readonly answer: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look at whatever came
  readonly body: any;
}

/** Sends the bytes over a connection of their own. Resolves with the first whole answer, or when the connection is over. */
export function send(port: number, { bytes, ending }: HostileRequest): Promise<Received> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    let got = Buffer.alloc(0);
    const settle = (received: Received | null) => {
      if (received === null) return;
      socket.destroy();
      resolve(received);
    };
    socket.on('data', (chunk: Buffer) => {
      got = Buffer.concat([got, chunk]);
      settle(firstAnswer(got));
    });
    socket.on('end', () => settle(firstAnswer(got) ?? NONE));
    socket.on('error', () => settle(firstAnswer(got) ?? NONE));
    socket.on('close', () => settle(firstAnswer(got) ?? NONE));
    socket.write(bytes, () => {
      if (ending === 'half_closes') socket.end();
      if (ending === 'resets') socket.resetAndDestroy();
    });
  });
}

const NONE: Received = { answer: 'no answer', body: null };

function firstAnswer(got: Buffer): Received | null {
  const headEnd = got.indexOf('\r\n\r\n');
  if (headEnd === -1) return null;
  const head = got.toString('latin1', 0, headEnd);
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]);
  const rest = got.subarray(headEnd + 4);
  if (status < 200) return firstAnswer(rest);
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
  if (rest.length < length) return null;
  const text = rest.toString('utf8', 0, length);
  const body = /\r\ncontent-type: application\/json/i.test(head) && text !== '' ? JSON.parse(text) : text;
  const code = body?.error?.code;
  return { answer: code === undefined ? String(status) : `${status} ${code}`, body };
}
