import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Misbehaviour } from './plan.ts';

/** The good answer to a call. */
export interface Good {
  readonly status: number;
  readonly body: string | Buffer;
}

/** Whether it happens instead of the call's work. */
export function comesBefore(does: Misbehaviour): boolean {
  return does.kind === 'status' || does.kind === 'reset_before';
}

/** Answers as badly as told. */
export function misbehave(does: Misbehaviour, req: IncomingMessage, res: ServerResponse, good: Good): void {
  switch (does.kind) {
    case 'status':
      res.writeHead(does.status, { 'content-type': 'application/json', ...does.headers });
      return void res.end(does.body ?? JSON.stringify({ detail: `told to answer ${does.status}` }));
    case 'reset_before':
    case 'reset_after':
      return void req.socket.resetAndDestroy();
    case 'truncated': {
      const body = Buffer.from(good.body);
      res.writeHead(good.status, { 'content-type': 'application/json', 'content-length': body.length });
      res.write(body.subarray(0, Math.floor(body.length / 2)), () => req.socket.end());
      return;
    }
    case 'hang':
      if (does.part === 'body') {
        res.writeHead(good.status, { 'content-type': 'application/json', 'content-length': 1_000 });
        res.write('{"');
      }
      return; // and never anything more
    case 'body':
      res.writeHead(does.status ?? good.status, { 'content-type': 'application/json' });
      return void res.end(does.body);
    case 'oversized':
      oversized(does.bytes, res, good);
      return;
    case 'raw':
      raw(req.socket, does);
      return;
    case 'trickle':
      trickle(does.everyMs, res, good);
      return;
    case 'hold':
      return void does.until.then(() => respond(res, good));
    case 'delay':
      setTimeout(() => respond(res, good), does.ms).unref();
  }
}

export function respond(res: ServerResponse, { status, body }: Good): void {
  const bytes = Buffer.byteLength(body);
  res.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes }).end(body);
}

/** Past Node's HTTP, which would not send such things. */
function raw(socket: Socket, { bytes, ending }: Extract<Misbehaviour, { kind: 'raw' }>): void {
  for (const part of bytes) socket.write(part);
  const last = bytes.at(-1) ?? '';
  const more = () => {
    while (!socket.destroyed && socket.writable) if (!socket.write(last)) return void socket.once('drain', more);
  };
  if (ending === 'ends') socket.end();
  if (ending === 'repeats') more();
}

function trickle(everyMs: number, res: ServerResponse, { status, body }: Good): void {
  const bytes = Buffer.from(body);
  let at = 0;
  res.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length });
  const timer = setInterval(() => {
    if (at >= bytes.length) return void res.end();
    res.write(bytes.subarray(at, at + 1));
    at += 1;
  }, everyMs);
  res.on('close', () => clearInterval(timer));
}

/** JSON all right, with blanks before it; chunked, so that no header tells the size. */
function oversized(bytes: number, res: ServerResponse, good: Good): void {
  const blanks = Buffer.alloc(64 * 1024, ' ');
  let left = bytes;
  res.writeHead(good.status, { 'content-type': 'application/json' });
  const more = () => {
    while (left > 0 && !res.destroyed) {
      left -= blanks.length;
      if (!res.write(blanks)) return void res.once('drain', more);
    }
    if (!res.destroyed) res.end(good.body);
  };
  more();
}
