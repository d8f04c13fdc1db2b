import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from '@jest/globals';
import { leftSignal } from '../src/server/left-signal.ts';

const response = () => new ServerResponse(new IncomingMessage(new Socket()));

test('aborts when the connection of the answer closes', () => {
  const res = response();
  const { signal } = leftSignal(res);
  expect(signal.aborted).toBe(false);
  res.emit('close');
  expect(signal.aborted).toBe(true);
});

test('aborts with another signal as well', () => {
  const stopping = new AbortController();
  const { signal } = leftSignal(response(), stopping.signal);
  stopping.abort();
  expect(signal.aborted).toBe(true);
});

test('once released it stays as it is, and the answer knows it no more', () => {
  const res = response();
  const stopping = new AbortController();
  const before = res.listenerCount('close');
  const { signal, release } = leftSignal(res, stopping.signal);
  release();
  expect(res.listenerCount('close')).toBe(before);
  res.emit('close');
  stopping.abort();
  expect(signal.aborted).toBe(false);
});
