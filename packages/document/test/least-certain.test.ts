import { expect, test } from '@jest/globals';
import { deriveDocument, leastCertain } from '../src/index.ts';

const CELLS = [0.9, 0.2, 0.6].map((confidence, at) => ({ bbox: [at * 10, 0, at * 10 + 10, 10], confidence }));
const document = deriveDocument([
  {
    raw: {
      pages: [
        {
          width: 100,
          height: 100,
          parsing_res_list: [
            { block_label: 'text', block_content: 'sure', block_bbox: [0, 0, 9, 9], confidence: 0.99 },
            {
              block_label: 'text',
              block_content: 'one bad line',
              block_bbox: [0, 0, 9, 9],
              confidence: 0.95,
              lines: [{ text: 'one bad line', bbox: [0, 0, 9, 9], confidence: 0.4 }],
            },
            {
              block_label: 'table',
              block_content: '<table><tr><td>a</td><td>b</td><td>c</td></tr></table>',
              block_bbox: [0, 0, 30, 10],
              confidence: 0.1,
              cells: CELLS,
            },
            { block_label: 'text', block_content: 'says nothing', block_bbox: [0, 0, 9, 9] },
          ],
        },
      ],
    },
  },
]);

test('the least certain comes first; a block counts as its worst line, a table as its cells', () => {
  const found = leastCertain(document, 0.6);
  expect(found.map(({ text, confidence }) => [text, confidence])).toEqual([
    ['b', 0.2],
    ['one bad line', 0.4],
    ['c', 0.6],
  ]);
  expect(found[0]).toMatchObject({ page: 1, block: 2, cell: { row: 0, column: 1 }, bbox: [10, 0, 20, 10] });
});

test('what says nothing of its confidence is not among them, however much is asked for', () => {
  expect(leastCertain(document, 1).map(({ text }) => text)).not.toContain('says nothing');
});

test('a block may have any number of lines', () => {
  const line = { text: 'x', bbox: [0, 0, 9, 9], confidence: 0.9 };
  const lines = [...Array.from({ length: 300_000 }, () => line), { ...line, confidence: 0.1 }];
  const block = { block_label: 'text', block_content: 'x', block_bbox: [0, 0, 9, 9], lines };
  const long = deriveDocument([{ raw: { pages: [{ width: 9, height: 9, parsing_res_list: [block] }] } }]);
  expect(leastCertain(long, 0.5)).toMatchObject([{ confidence: 0.1 }]);
});
