import type { DoctorConfig } from '@ocrelay/config';
import { type EmbeddedEngine, openEmbedded, runningOn } from '@ocrelay/stack';
import { reasonOf } from './finding.ts';

/** Where the parts of the installation are that the configuration leaves to be embedded. */
export interface Installation {
  /** Null: there is none that could be looked into; `trouble` says why. */
  readonly databaseUrl: string | null;
  readonly trouble: { readonly message: string; readonly remedy: string } | null;
  /** Null: the bundled engine is meant, and does not run. */
  readonly ocr: { readonly baseUrls: readonly string[]; readonly token: string | null } | null;
  /** Whether `npm start` has the data folder now, has left it, or nothing in it is used. */
  readonly embedded: 'running' | 'stopped' | 'unused';
  /** Made up by `npm start`. */
  readonly secrets: readonly string[];
  /** Stops what was started to be looked into. */
  close(): Promise<void>;
}

/** Finds what is running, and starts the embedded Postgres where that is stopped, under the lock of its folder. */
export async function openInstallation(config: DoctorConfig): Promise<Installation> {
  const found = await (config.databaseUrl === null ? embeddedDatabase(config.dataDir) : givenDatabase(config));
  const { baseUrls, token } = config.ocr;
  const engine = found.engine === null ? null : { baseUrls: [found.engine.url], token: found.engine.token };
  return {
    ...found,
    ocr: baseUrls === null ? engine : { baseUrls, token },
    secrets: [found.engine?.token ?? null, passwordOf(found.databaseUrl)].filter((secret) => secret !== null),
  };
}

type Found = Pick<Installation, 'databaseUrl' | 'trouble' | 'embedded' | 'close'> & {
  readonly engine: EmbeddedEngine | null;
};

const NOTHING_TO_CLOSE = async () => {};

async function givenDatabase({ databaseUrl, dataDir, ocr }: DoctorConfig): Promise<Found> {
  const running = ocr.baseUrls === null ? runningOn(dataDir) : null;
  return {
    databaseUrl,
    trouble: null,
    engine: running?.engine ?? null,
    embedded: ocr.baseUrls !== null ? 'unused' : running === null ? 'stopped' : 'running',
    close: NOTHING_TO_CLOSE,
  };
}

async function embeddedDatabase(dataDir: string): Promise<Found> {
  const none = { databaseUrl: null, engine: null, embedded: 'stopped', close: NOTHING_TO_CLOSE } as const;
  try {
    const embedded = await openEmbedded(dataDir);
    if (embedded.kind === 'none') {
      const message = `There is no installation in ${dataDir}, and DATABASE_URL is not set.`;
      return {
        ...none,
        trouble: { message, remedy: 'npm start makes one; or set DATA_DIR or DATABASE_URL to yours.' },
      };
    }
    if (embedded.kind === 'stopped') {
      return { ...none, databaseUrl: embedded.databaseUrl, trouble: null, close: () => embedded.close() };
    }
    const { databaseUrl, engine, pid } = embedded;
    const trouble = {
      message: `${dataDir} is in use by process ${pid}, and its Postgres is not up yet.`,
      remedy: 'Run this again when npm start says that Ocrelay is up.',
    };
    return { ...none, databaseUrl, engine, embedded: 'running', trouble: databaseUrl === null ? trouble : null };
  } catch (error) {
    const message = `The embedded Postgres in ${dataDir} cannot be used: ${reasonOf(error)}`;
    return {
      ...none,
      trouble: { message, remedy: 'The message says what to do; npm start would end with it as well.' },
    };
  }
}

function passwordOf(url: string | null): string | null {
  const password = url === null ? '' : new URL(url).password;
  return password === '' ? null : password;
}
