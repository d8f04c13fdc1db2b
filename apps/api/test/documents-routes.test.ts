import { existsSync } from 'node:fs';
import { readdir, readlink, rename, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { DOCUMENT_VERSION, documentModel } from '@ocrelay/document';
import { StorageError } from '@ocrelay/storage';
import { findTask } from '@ocrelay/tasks';
import sharp from 'sharp';
import { uniqueImage } from '../../../test/support/images.ts';
import { waitFor } from '../../../test/support/wait-for.ts';
import { documentTooLarge, tooManyDocuments } from '../src/errors/catalogue.ts';
import { advance } from './support/advance.ts';
import { startApi, type TestApi } from './support/api.ts';
import { bmp } from './upload/sample-images.ts';

const TABLE =
  '<table><tr><th>Item</th><th>Price</th></tr><tr><td rowspan="2">Bolts</td><td>1,234.50</td></tr><tr><td>=1+1</td></tr></table>';

/** What a service answers of a page of 60 × 40 pixels: a title, and a table of 3 × 2. */
function reading(...blocks: object[]): Buffer {
  const page = { width: 60, height: 40, parsing_res_list: blocks };
  return Buffer.from(JSON.stringify({ final: { status: 'finished' }, pages: [page] }));
}
const title = { block_label: 'doc_title', block_content: 'Delivery note', block_bbox: [0, 0, 60, 10] };
const table = {
  block_label: 'table',
  block_content: TABLE,
  block_bbox: [0, 10, 60, 40],
  cells: [0.99, 0.98, 0.5, 0.7, 0.97].map((confidence, at) => ({ bbox: [at * 10, 10, at * 10 + 10, 20], confidence })),
};

let api: TestApi;
let done: string;
let plain: string;
let image: Buffer;
beforeAll(async () => {
  api = await startApi();
  image = await sharp({ create: { width: 60, height: 40, channels: 3, background: '#20a040' } })
    .png()
    .toBuffer();
  done = await read(reading(title, table), image, '送货单 "1".png');
  plain = await read(reading(title));
});
afterAll(() => api.stop());

async function read(raw: Buffer, bytes = uniqueImage(), name = 'scan.png'): Promise<string> {
  const id = (await api.upload({ start: true, image: bytes, name })).body.data.task_id;
  await advance(api.context.database).done(id, raw, 'text');
  return id;
}
async function get(path: string, init?: RequestInit) {
  const response = await fetch(`${api.url}/api/v1${path}`, init);
  return { response, headers: response.headers, body: Buffer.from(await response.arrayBuffer()) };
}
const kept = async (id: string) =>
  (
    await api.context.database.pool.query('select document_version, document from ocr_documents where task_id = $1', [
      id,
    ])
  ).rows[0];

describe('the document', () => {
  test('is answered in the envelope, and is what the model says', async () => {
    const { status, body } = await api.ask(`/api/v1/tasks/${done}/document`);
    expect(status).toBe(200);
    const document = documentModel.parse(body.data);
    expect(document.pages[0]?.blocks.map(({ kind }) => kind)).toEqual(['doc_title', 'table']);
    expect(document.pages[0]?.blocks[1]?.table).toMatchObject({ rows: 3, columns: 2 });
  });

  test('is kept, and derived again of the same reading when that was by older rules', async () => {
    const id = await read(reading(title));
    await api.ask(`/api/v1/tasks/${id}/document`);
    const { document } = await kept(id);
    await api.context.database.pool.query(
      `update ocr_documents set document_version = 0, document = 'old' where task_id = $1`,
      [id],
    );
    const { body } = await api.ask(`/api/v1/tasks/${id}/document`);
    expect(body.data.document_version).toBe(DOCUMENT_VERSION);
    expect(await kept(id)).toEqual({ document_version: DOCUMENT_VERSION, document });
  });

  test('is the same where an earlier release kept it plain, and takes a tenth of the room now', async () => {
    const id = await read(
      reading(...Array.from({ length: 500 }, () => ({ ...title, block_content: 'the same text '.repeat(50) }))),
    );
    const path = `/tasks/${id}/document`;
    const now = await get(path);
    const json = gunzipSync((await kept(id)).document);
    expect((await kept(id)).document.length).toBeLessThan(json.length / 10);
    await api.context.database.pool.query('update ocr_documents set document = $2 where task_id = $1', [id, json]);
    const plainly = await get(path);
    expect(plainly.body.equals(now.body)).toBe(true);
    expect(JSON.parse(now.body.toString()).data).toEqual(JSON.parse(json.toString()));
    expect([now, plainly].map(({ headers }) => headers.get('content-length'))).toEqual(
      Array(2).fill(String(now.body.length)),
    );
    for (const format of ['json', 'txt']) {
      expect((await get(`/tasks/${id}/export?format=${format}`)).response.status).toBe(200);
    }
    expect((await get(path, { method: 'HEAD' })).headers.get('content-length')).toBe(String(now.body.length));
  });

  test('is not sent again to who has it; in another language, or what of it to check, it is', async () => {
    const path = `/tasks/${done}/document`;
    const known = { 'If-None-Match': (await get(path)).headers.get('etag') ?? '' };
    const again = await get(path, { headers: known });
    expect([again.response.status, again.body.length]).toEqual([304, 0]);
    const inChinese = await get(path, { headers: { ...known, 'Accept-Language': 'zh' } });
    expect([inChinese.response.status, inChinese.headers.get('vary')]).toEqual([200, 'Accept-Language']);
    expect((await get(`${path}?max_confidence=0.8`, { headers: known })).response.status).toBe(200);
  });

  test('says what to check first: the least certain first, and nothing that is certain enough', async () => {
    const { body } = await api.ask(`/api/v1/tasks/${done}/document?max_confidence=0.8`);
    expect(body.data.to_check.map((one: { text: string; confidence: number }) => [one.text, one.confidence])).toEqual([
      ['Bolts', 0.5],
      ['1,234.50', 0.7],
    ]);
    for (const wrong of ['2', '', '%20', '-0.1', '0x1', 'half']) {
      expect((await api.ask(`/api/v1/tasks/${done}/document?max_confidence=${wrong}`)).status).toBe(400);
    }
  });

  test('that took too much to be derived is not tried again at once, nor is its export', async () => {
    const id = await read(reading(title));
    const derive = jest.spyOn(api.context.workshop, 'derive').mockRejectedValueOnce(documentTooLarge());
    for (const path of ['document', 'document', 'export?format=txt']) {
      const { status, body } = await api.ask(`/api/v1/tasks/${id}/${path}`);
      expect([status, body.error.code]).toEqual([422, 'document_too_large']);
    }
    expect(derive).toHaveBeenCalledTimes(1);
    const other = await read(reading(title, table));
    derive.mockRejectedValueOnce(tooManyDocuments());
    expect((await api.ask(`/api/v1/tasks/${other}/document`)).status).toBe(503);
    expect((await api.ask(`/api/v1/tasks/${other}/document`)).status).toBe(200);
  });

  test('of a reading that is no such thing is empty, and says so', async () => {
    const { status, body } = await api.ask(`/api/v1/tasks/${await read(Buffer.from('{"final":{}}'))}/document`);
    expect(status).toBe(200);
    expect(body.data.warnings[0].code).toBe('result_malformed');
  });

  test('is not there before there is a result', async () => {
    const id = (await api.upload()).body.data.task_id;
    for (const path of ['document', 'export?format=csv', 'pages/1/image', 'pages/1/overlay.svg']) {
      const { status, body } = await api.ask(`/api/v1/tasks/${id}/${path}`);
      expect([status, body.error.code]).toEqual([409, 'invalid_state']);
    }
  });
});

describe('an export', () => {
  test.each([
    ['json', /^application\/json/, 'json'],
    ['md', /^text\/markdown/, 'md'],
    ['html', /^text\/html/, 'html'],
    ['txt', /^text\/plain/, 'txt'],
    ['csv', /^text\/csv/, 'csv'],
    ['xlsx', /^application\/vnd\.openxmlformats-officedocument\.spreadsheetml\.sheet$/, 'xlsx'],
    ['pdf', /^application\/pdf$/, 'pdf'],
  ])(
    'as %s has its type, a name of its upload and the time, and is nothing that a browser may guess at',
    async (format, type, extension) => {
      const { response, headers, body } = await get(`/tasks/${done}/export?format=${format}`);
      expect(response.status).toBe(200);
      expect(headers.get('content-type')).toMatch(type);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      const name = decodeURIComponent(
        /filename\*=UTF-8''([^;]+)/.exec(headers.get('content-disposition') ?? '')?.[1] ?? '',
      );
      expect(headers.get('content-disposition')).toMatch(
        new RegExp(`^attachment; filename="?document_\\d{8}-\\d{4}\\.${extension}"?;`),
      );
      expect(name).toMatch(new RegExp(`^送货单.*1.*_\\d{8}-\\d{4}\\.${extension}$`));
      expect(body.length).toBeGreaterThan(20);
      expect(headers.get('content-length')).toBe(String(body.length));
    },
  );

  test('as json is the document itself', async () => {
    const { body } = await get(`/tasks/${done}/export?format=json`);
    expect(JSON.parse(body.toString())).toEqual((await api.ask(`/api/v1/tasks/${done}/document`)).body.data);
  });

  test('is chosen by Accept when nothing else is said', async () => {
    const accepted = async (accept: string) =>
      (await get(`/tasks/${done}/export`, { headers: { Accept: accept } })).headers.get('content-type');
    expect(await accepted('text/csv')).toMatch(/^text\/csv/);
    expect(await accepted('text/html,application/xhtml+xml;q=0.9,*/*;q=0.8')).toMatch(/^text\/html/);
    expect(await accepted('*/*')).toMatch(/^application\/json/);
    expect(await accepted('application/zip')).toMatch(/^text\/csv/); // one table
    const several = await get(`/tasks/${await read(reading(table, table))}/export`, {
      headers: { Accept: 'application/zip' },
    });
    expect([several.response.status, several.headers.get('content-type')]).toEqual([200, 'application/zip']);
  });

  test('of a format that there is not is refused with the list of those that there are', async () => {
    for (const init of [undefined, { headers: { Accept: 'image/gif' } }]) {
      const { status, body } = await api.ask(
        `/api/v1/tasks/${done}/export${init === undefined ? '?format=docx' : ''}`,
        init,
      );
      expect([status, body.error.code]).toEqual([400, 'unsupported_format']);
      expect(body.error.details.formats).toEqual(['json', 'md', 'html', 'txt', 'csv', 'xlsx', 'pdf']);
    }
  });

  test('is not sent again to who has it; other options are another file', async () => {
    const path = `/tasks/${done}/export?format=csv`;
    const tag = (await get(path)).headers.get('etag') ?? '';
    const again = await get(path, { headers: { 'If-None-Match': tag } });
    expect([again.response.status, again.body.length]).toEqual([304, 0]);
    expect((await get(`${path}&spans=repeat`, { headers: { 'If-None-Match': tag } })).response.status).toBe(200);
  });

  test.each([
    ['of what there is, nothing is sent', () => `${done}/export?format=csv`, 304, null],
    ['of no table', () => `${plain}/export?format=csv`, 404, 'no_tables'],
    ['of a table too far', () => `${done}/export?format=csv&table=2`, 404, 'table_not_found'],
    ['of an option that there is not', () => `${done}/export?format=xlsx&nonsense=1`, 400, 'invalid_request'],
  ])('asked for by who has any of it: %s', async (_, path, status, code) => {
    const { response, headers, body } = await get(`/tasks/${path()}`, { headers: { 'If-None-Match': '*' } });
    expect([response.status, body.length === 0 ? null : JSON.parse(body.toString()).error.code]).toEqual([
      status,
      code,
    ]);
    expect(headers.get('etag') === null).toBe(status !== 304);
  });

  test('is the same, byte for byte, whenever it is made', async () => {
    for (const format of ['xlsx', 'pdf']) {
      const [one, other] = [
        await get(`/tasks/${done}/export?format=${format}`),
        await get(`/tasks/${done}/export?format=${format}`),
      ];
      expect(one.body.equals(other.body)).toBe(true);
    }
  });

  test('holds no formula that came from the picture', async () => {
    const { body } = await get(`/tasks/${done}/export?format=csv`);
    expect(body.toString()).toContain("'=1+1");
    expect((await get(`/tasks/${done}/export?format=csv&safe=false`)).body.toString()).not.toContain("'=1+1");
  });

  test('as a table of a document without one is 404 no_tables; a table too far is 404 table_not_found', async () => {
    const none = await api.ask(`/api/v1/tasks/${plain}/export?format=csv`);
    expect([none.status, none.body.error.code]).toEqual([404, 'no_tables']);
    const far = await api.ask(`/api/v1/tasks/${done}/export?format=csv&table=2`);
    expect([far.status, far.body.error.code]).toEqual([404, 'table_not_found']);
  });

  test('with an option that there is not is refused, naming it', async () => {
    const { status, body } = await api.ask(`/api/v1/tasks/${done}/export?format=csv&delimiter=x`);
    expect([status, body.error.code]).toEqual([400, 'invalid_request']);
    expect(body.message).toContain('delimiter');
  });

  test('asked for its headers alone has no body, and holds up no thread', async () => {
    for (let n = 0; n < 6; n += 1) {
      const { response, body } = await get(`/tasks/${done}/export?format=pdf`, { method: 'HEAD' });
      expect([response.status, body.length]).toEqual([200, 0]);
    }
    expect((await get(`/tasks/${done}/export?format=txt`)).response.status).toBe(200);
  });

  describe('with pictures', () => {
    const pdf = async (id: string) => get(`/tasks/${id}/export?format=pdf`);
    const pictures = (body: Buffer) => body.toString('latin1').match(/\/Subtype \/Image\b/g)?.length ?? 0;
    const failure = async (id: string) => {
      const { response, headers, body } = await pdf(id);
      return [response.status, JSON.parse(body.toString()).error.code, headers.get('etag')];
    };

    test('fails while the store or the database is away, and is whole afterwards', async () => {
      jest.spyOn(api.context.images, 'open').mockRejectedValueOnce(new StorageError('away'));
      expect(await failure(done)).toEqual([503, 'storage_unavailable', null]);
      const breaking = Readable.from(
        (async function* () {
          yield image.subarray(0, 10);
          throw Object.assign(new Error('gone'), { code: 'ECONNRESET' });
        })(),
      );
      jest
        .spyOn(api.context.images, 'open')
        .mockResolvedValueOnce({ stream: breaking, sizeBytes: image.length })
        .mockRejectedValueOnce(Object.assign(new Error('gone'), { code: 'ECONNREFUSED' }));
      expect(await failure(done)).toEqual([503, 'storage_unavailable', null]);
      expect(await failure(done)).toEqual([503, 'database_unavailable', null]);
      const { response, body } = await pdf(done);
      expect([response.status, pictures(body)]).toEqual([200, 1]);
    });

    test('fails while the disk of the store is not mounted: every image seems to be missing then', async () => {
      await rename(api.imagesFolder, `${api.imagesFolder}-away`);
      try {
        expect(await failure(done)).toEqual([503, 'storage_unavailable', null]);
      } finally {
        await rename(`${api.imagesFolder}-away`, api.imagesFolder);
      }
    });

    test('leaves out one that is gone for good', async () => {
      const id = await read(reading(title));
      await api.context.images.delete((await findTask(api.context.database.db, id))?.imagePath ?? '');
      const { response, body } = await pdf(id);
      expect([response.status, pictures(body)]).toEqual([200, 0]);
    });
  });

  const ofLinux = existsSync('/proc/self/fd') ? test : test.skip;
  ofLinux('that nobody takes away holds up no other, and goes when its client does', async () => {
    const links = async () =>
      Promise.all((await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
    const onDisk = async () => (await links()).filter((link) => link.includes('ocrelay-export-')).length;
    const large = await read(
      reading(
        ...Array.from({ length: 1_200 }, () => ({ ...title, block_label: 'text', block_content: 'x'.repeat(10_000) })),
      ),
    );
    const clients = [0, 1, 2].map(() => {
      const client = connect(api.port, '127.0.0.1').pause();
      client.write(`GET /api/v1/tasks/${large}/export?format=txt HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
      return client;
    });
    await waitFor('the files', async () => (await onDisk()) === clients.length);
    expect((await get(`/tasks/${done}/export?format=txt`)).response.status).toBe(200);
    for (const client of clients) client.destroy();
    await waitFor('no file', async () => (await onDisk()) === 0);
  });

  test('of several tasks is one workbook, in the order asked for', async () => {
    const { response, headers, body } = await get(`/export?task_id=${done}&task_id=${plain}`);
    expect(response.status).toBe(200);
    expect(headers.get('content-type')).toMatch(/spreadsheetml/);
    expect(body.subarray(0, 2).toString()).toBe('PK');
    expect(headers.get('content-disposition')).toMatch(
      /^attachment; filename="?document_and_1_more_\d{8}-\d{4}\.xlsx"?;/,
    );
    const other = await get(`/export?task_id=${plain}&task_id=${done}`);
    expect(other.headers.get('content-disposition')).toMatch(
      /^attachment; filename="?scan_and_1_more_\d{8}-\d{4}\.xlsx"?$/,
    );
    expect((await api.ask(`/api/v1/export?task_id=${done}&task_id=${plain}&format=txt`)).body.error.code).toBe(
      'invalid_request',
    );
    expect((await api.ask('/api/v1/export')).body.error.code).toBe('invalid_request');
    expect((await api.ask(`/api/v1/export?task_id=${crypto.randomUUID()}`)).body.error.code).toBe('task_not_found');
  });
});

describe('the picture of a page', () => {
  test('is the upload itself where that is upright', async () => {
    const { headers, body } = await get(`/tasks/${done}/pages/1/image`);
    expect(headers.get('content-type')).toBe('image/png');
    expect(body.equals(image)).toBe(true);
  });

  test('is turned upright, as boxes count', async () => {
    const lying = await sharp(image).jpeg().withMetadata({ orientation: 6 }).toBuffer();
    const { body } = await get(`/tasks/${await read(reading(title), lying)}/pages/1/image`);
    expect(await sharp(body).metadata()).toMatchObject({ format: 'jpeg', width: 40, height: 60 });
  });

  test('of a block or a cell is cut out of it', async () => {
    const block = await get(`/tasks/${done}/pages/1/image?block=1`);
    expect(await sharp(block.body).metadata()).toMatchObject({ format: 'png', width: 60, height: 30 });
    const cell = await get(`/tasks/${done}/pages/1/image?block=1&cell=1,0`);
    expect(await sharp(cell.body).metadata()).toMatchObject({ width: 10, height: 10 });
  });

  test('is cut out of the upright picture, also of a type that is taken and hardly anything else can decode', async () => {
    const lying = await sharp(image).jpeg().withMetadata({ orientation: 6 }).toBuffer();
    const across = { ...title, block_bbox: [0, 20, 40, 60] };
    const turned = Buffer.from(
      JSON.stringify({ final: {}, pages: [{ width: 40, height: 60, parsing_res_list: [across] }] }),
    );
    for (const [bytes, raw, size] of [
      [lying, turned, { width: 40, height: 40 }],
      [bmp(60, 40), reading(title), { width: 60, height: 10 }],
    ] as const) {
      const { response, body } = await get(`/tasks/${await read(raw, bytes)}/pages/1/image?block=0`);
      expect(response.status).toBe(200);
      expect(await sharp(body).metadata()).toMatchObject({ format: 'png', ...size });
    }
  });

  test('that cannot be decoded is 422, and nothing else breaks', async () => {
    const noise = { type: 'gaussian', mean: 128, sigma: 50 } as const;
    const whole = await sharp({ create: { width: 300, height: 200, channels: 3, background: '#fff', noise } })
      .jpeg()
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const id = await read(reading(title), whole);
    const [file] = (await api.context.database.pool.query('select image_path from tasks where id = $1', [id])).rows;
    await writeFile(join(api.imagesFolder, file.image_path), whole.subarray(0, whole.length / 2));
    for (const part of ['', '?block=0']) {
      const { status, body } = await api.ask(`/api/v1/tasks/${id}/pages/1/image${part}`);
      expect([status, body.error.code]).toEqual([422, 'image_corrupt']);
    }
    expect((await get(`/tasks/${id}/export?format=pdf`)).response.status).toBe(200);
  });

  test.each([
    ['pages/2/image', 'page_not_found', 'there is page 1 only'],
    ['pages/0/image', 'page_not_found', 'there is page 1 only'],
    ['pages/2/overlay.svg', 'page_not_found', 'there is page 1 only'],
    ['pages/1/image?block=9', 'block_not_found', 'the blocks 0 to 1'],
    ['pages/1/image?block=0&cell=0,0', 'cell_not_found', 'block 0 is no table'],
    ['pages/1/image?block=1&cell=9,9', 'cell_not_found', 'the rows 0 to 2 and the columns 0 to 1'],
    ['pages/1/image?block=1&cell=2,0', 'cell_not_found', 'a cell has the place where it begins'], // the row span's
  ])('that there is not is 404, and says what there is: %s', async (path, code, message) => {
    const { status, body } = await api.ask(`/api/v1/tasks/${done}/${path}`);
    expect([status, body.error.code]).toEqual([404, code]);
    expect(body.message).toContain(message);
  });

  test('of a cell needs the block that it is a cell of', async () => {
    const { status, body } = await api.ask(`/api/v1/tasks/${done}/pages/1/image?cell=1,0`);
    expect([status, body.error.code]).toEqual([400, 'invalid_request']);
    expect(body.error.details).toEqual([{ parameter: 'cell', reason: expect.stringContaining('needs the block') }]);
  });

  test('is found without parsing the document where everybody would wait for it', async () => {
    const parse = jest.spyOn(JSON, 'parse');
    try {
      await get(`/tasks/${done}/pages/1/image?block=1`);
      await get(`/tasks/${done}/pages/1/overlay.svg`);
      expect(parse.mock.calls.filter(([text]) => String(text).includes('document_version'))).toEqual([]);
    } finally {
      parse.mockRestore();
    }
  });

  test('is the upload for the first page alone', async () => {
    const page = { width: 60, height: 40, parsing_res_list: [title] };
    const two = await read(Buffer.from(JSON.stringify({ final: {}, pages: [page, page] })));
    expect((await get(`/tasks/${two}/pages/1/image`)).response.status).toBe(200);
    expect((await api.ask(`/api/v1/tasks/${two}/pages/2/image`)).body.error.code).toBe('page_not_found');
    expect((await get(`/tasks/${two}/pages/2/overlay.svg`)).response.status).toBe(200);
    expect(
      (await get(`/tasks/${two}/export?format=pdf`)).body.toString('latin1').match(/\/Type \/Page\b/g),
    ).toHaveLength(2);
  });

  test('is laid under the boxes of what was read, with their texts escaped', async () => {
    const hostile = { ...title, block_content: '</title><script>alert(1)</script>\u0001' };
    const { headers, body } = await get(`/tasks/${await read(reading(hostile, table))}/pages/1/overlay.svg`);
    expect(headers.get('content-type')).toMatch(/^image\/svg\+xml/);
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; img-src 'self'");
    const svg = body.toString();
    expect(svg.match(/<rect /g)).toHaveLength(2 + 5);
    expect(svg).toContain('<image href="image"');
    expect(svg).not.toContain('<script');
    expect((await sharp(body).metadata()).format).toBe('svg');
  });
});
