import { describe, expect, test } from '@jest/globals';
import { decodeBmp } from '../src/bmp.ts';
import { UnreadableImage } from '../src/index.ts';

describe('bmp', () => {
  const bitmap = (width: number, height: number) => {
    const bytes = Buffer.alloc(54 + Math.ceil((width * 24) / 32) * 4 * height);
    bytes.write('BM');
    bytes.writeUInt32LE(54, 10);
    bytes.writeUInt32LE(40, 14);
    bytes.writeInt32LE(width, 18);
    bytes.writeInt32LE(height, 22);
    bytes.writeUInt16LE(24, 28);
    return bytes;
  };

  test('rows are turned upright and colours put in order', () => {
    const bytes = bitmap(1, 2);
    bytes.set([1, 2, 3], 54); // the bottom row, blue first
    expect([...decodeBmp(bytes, 10).data]).toEqual([0, 0, 0, 3, 2, 1]);
  });

  test('a truncated one is unreadable', () => {
    expect(() => decodeBmp(bitmap(4, 4).subarray(0, 60), 100)).toThrow(UnreadableImage);
  });
});
