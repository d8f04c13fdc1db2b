import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import express from 'express';
import { expressMessages } from '../src/server/express-messages.ts';

test('requests and responses have the prototypes of the app before it sees them, and all that Express gives them', async () => {
  const app = express();
  app.get('/', (req, res) => {
    res.json({ path: req.path, json: req.accepts('json') });
  });
  const prototypes: unknown[] = [];
  const server = createServer(expressMessages(app), (req, res) => {
    prototypes.push(Object.getPrototypeOf(req) === app.request, Object.getPrototypeOf(res) === app.response);
    app(req, res);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    expect(await response.json()).toEqual({ path: '/', json: 'json' });
    expect(prototypes).toEqual([true, true]);
  } finally {
    server.close();
  }
});
