import { describe, expect, test } from '@jest/globals';
import { overlaySvg } from '../src/index.ts';
import { block, page } from './support/documents.ts';

const unread = { ...page(), width: 0, height: 0, error: { code: 'ocr_rejected', message: 'it is <torn>' } };
const viewBox = (svg: string) => /viewBox="([^"]*)"/.exec(svg)?.[1];
const lines = (svg: string) => Array.from(svg.matchAll(/<tspan[^>]*>([^<]*)</g), ([, line]) => line);

describe('the overlay of a page', () => {
  test('counts in pixels of the page, and is as large as what shows it', () => {
    const svg = overlaySvg(page(block('text', 'a')), 'image');
    expect(svg).toMatch(/^<svg [^>]*viewBox="0 0 100 200" width="100%" height="100%">/);
    expect(svg).not.toContain('<text');
  });

  test('shows where a picture stands, of which nothing else is said', () => {
    const svg = overlaySvg(page({ ...block('image', ''), bbox: [10, 20, 40, 60] }), 'image');
    expect(svg).toContain('<rect x="10" y="20" width="30" height="40"');
    expect(svg).toContain(', image: </title>');
  });

  test('that could not be read says why, over its picture', () => {
    const svg = overlaySvg(unread, 'image', { width: 600, height: 400 });
    expect(viewBox(svg)).toBe('0 0 600 400');
    expect(svg).toContain('<image href="image" width="600" height="400"');
    expect(lines(svg).join(' ')).toBe('Page 1 could not be read (ocr_rejected): it is &lt;torn&gt;');
  });

  test.each([null, { width: 0, height: 0 }])('has the size of an A4 page where nobody knows it: %j', (picture) => {
    expect(viewBox(overlaySvg(unread, 'image', picture))).toBe('0 0 1654 2339');
  });

  test('has a long reason in lines that fit, without losing any of it', () => {
    const message = `${'word '.repeat(30)}${'x'.repeat(100)} 很${'长'.repeat(60)}`;
    const written = lines(overlaySvg({ ...unread, error: { code: 'c', message } }, 'image'));
    expect(written.every((line) => line !== undefined && line.length <= 45)).toBe(true);
    expect(written.join('').replaceAll(' ', '')).toBe(`Page1couldnotberead(c):${message}`.replaceAll(' ', ''));
  });
});
