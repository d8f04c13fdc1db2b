import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { held } from '../../../test/support/held.ts';
import { cutOffStalled } from '../src/server/send-pieces.ts';

const LIMIT_MS = 50;

let stop = () => {};
afterEach(() => stop());

async function clientOf(answer: RequestListener): Promise<Socket> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  stop = () => {
    client.destroy();
    server.close();
    server.closeAllConnections();
  };
  client.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  return client;
}

test('a client that takes nothing of what is there is cut off', async () => {
  const size = 64 * 1024 * 1024; // more than the system takes for a client that does not read
  const cutOff = held();
  const client = await clientOf((_req, res) => {
    cutOffStalled(res, LIMIT_MS);
    res.once('close', cutOff.release);
    res.end(Buffer.alloc(size));
  });
  await cutOff.until;
  let taken = 0;
  client.on('data', (chunk: Buffer) => {
    taken += chunk.length;
  });
  client.on('error', () => {}); // that it is cut off
  await new Promise((resolve) => client.once('close', resolve));
  expect(taken).toBeLessThan(size);
});

test('one for whom there is nothing yet is not', async () => {
  const client = await clientOf((_req, res) => {
    cutOffStalled(res, LIMIT_MS);
    res.flushHeaders();
    res.once('timeout', () => res.end('made at last'));
  });
  const chunks: Buffer[] = [];
  for await (const chunk of client) chunks.push(chunk as Buffer);
  expect(Buffer.concat(chunks).toString()).toContain('made at last');
});
