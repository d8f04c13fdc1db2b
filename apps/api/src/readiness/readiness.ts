/**
 * Whether this process can take uploads, and what else is in trouble.
 *
 * Only what uploads need makes it unready: the database and the store. The OCR service and the queue may be away for
 * hours and uploads go on, so their trouble is told and takes nothing away. Nor does too much work: it is the same for all
 * processes, and reading must go on. Asked as often as anybody likes: one look
 * serves everybody for two seconds.
 */
import type { ErrorCode } from '@ocrelay/contracts';
import type { Database } from '@ocrelay/db';
import { within } from '@ocrelay/lifecycle';
import type { OcrClient } from '@ocrelay/ocr';
import type { Queues } from '@ocrelay/queue';
import type { ImageStore } from '@ocrelay/storage';
import type { Overload, OverloadReason } from '../backpressure/overload.ts';
import type { OcrStanding } from './ocr-standing.ts';

/** What is wrong with something that the API uses, in words that may be shown to anybody: no addresses, no names. */
interface Trouble {
  readonly dependency: 'database' | 'storage' | 'queue' | 'ocr' | 'intake' | 'server';
  readonly code: ErrorCode;
  readonly reason: string;
}

export interface Standing {
  readonly ready: boolean;
  readonly troubles: readonly Trouble[];
}

export interface Readiness {
  now(): Promise<Standing>;
}

export interface ReadinessParts {
  readonly database: Pick<Database, 'pool'>;
  readonly images: Pick<ImageStore, 'checkWritable'>;
  readonly queues: Pick<Queues, 'ping'>;
  readonly ocr: Pick<OcrClient, 'healthCheck'>;
  /** What the workers have found out about the OCR service. */
  readonly ocrStanding: () => Promise<OcrStanding | null>;
  readonly overload: Pick<Overload, 'reason'>;
  readonly draining: AbortSignal;
}

const FRESH_MS = 2_000;
const LOOK_LIMIT_MS = 2_000;
const OCR_AWAY = 'the OCR service is not well: tasks wait for it';
const REFUSED_FOR: Readonly<Record<OverloadReason, string>> = {
  backlog: 'too many tasks wait: uploads are refused until some of them went',
  disk: 'little room is left for images: uploads are refused until there is more',
};
const NEEDED: ReadonlySet<Trouble['dependency']> = new Set(['database', 'storage', 'server']);

export function createReadiness(parts: ReadinessParts): Readiness {
  let last: Promise<Trouble[]> | null = null;
  return {
    async now() {
      if (parts.draining.aborted) return { ready: false, troubles: [STOPPING] };
      last ??= look(parts).finally(() => {
        setTimeout(() => {
          last = null;
        }, FRESH_MS).unref();
      });
      const troubles = await last;
      return { ready: !troubles.some((trouble) => NEEDED.has(trouble.dependency)), troubles };
    },
  };
}

const STOPPING: Trouble = { dependency: 'server', code: 'shutting_down', reason: 'this server is stopping' };

async function look({ database, images, queues, ocr, ocrStanding, overload }: ReadinessParts): Promise<Trouble[]> {
  const looks = await Promise.all([
    trouble('database', 'database_unavailable', 'the database cannot be reached', () =>
      database.pool.query('select 1'),
    ),
    trouble('storage', 'storage_unavailable', 'images cannot be written', () => images.checkWritable()),
    trouble('queue', 'queue_unavailable', 'the queue cannot be reached: tasks go on when it is back', () =>
      queues.ping(),
    ),
    ocrTrouble(ocr, ocrStanding),
    intakeTrouble(overload),
  ]);
  return looks.filter((one) => one !== null);
}

async function trouble(
  dependency: Trouble['dependency'],
  code: ErrorCode,
  reason: string,
  check: () => Promise<unknown>,
): Promise<Trouble | null> {
  const well = await within(
    LOOK_LIMIT_MS,
    check().then(() => true),
  ).catch(() => false);
  return well === true ? null : { dependency, code, reason };
}

async function intakeTrouble(overload: ReadinessParts['overload']): Promise<Trouble | null> {
  const reason = await within(LOOK_LIMIT_MS, overload.reason()).catch(() => null);
  if (reason === undefined || reason === null) return null;
  return { dependency: 'intake', code: 'overloaded', reason: REFUSED_FOR[reason] };
}

async function ocrTrouble(
  ocr: ReadinessParts['ocr'],
  ocrStanding: ReadinessParts['ocrStanding'],
): Promise<Trouble | null> {
  const standing = await within(LOOK_LIMIT_MS, ocrStanding()).catch(() => null);
  if (standing) return { dependency: 'ocr', code: standing.code, reason: standing.line };
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), LOOK_LIMIT_MS);
  try {
    const answer = await ocr.healthCheck(null, limit.signal);
    if (answer.ok && answer.value.ok) return null;
    return { dependency: 'ocr', code: answer.ok ? 'ocr_unavailable' : answer.fault.code, reason: OCR_AWAY };
  } catch {
    return { dependency: 'ocr', code: 'ocr_timeout', reason: OCR_AWAY };
  } finally {
    clearTimeout(timer);
  }
}
