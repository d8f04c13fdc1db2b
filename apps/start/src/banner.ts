import type { StackConfig } from '@ocrelay/config';

/** What a person wants to know once everything is up. Never a secret: URLs are shown without user and password. */
export function banner(config: StackConfig, apiUrl: string): string[] {
  const rows: ReadonlyArray<[string, string]> = [
    ['API', `${apiUrl}/api/v1`],
    ['Docs', `${apiUrl}/docs`],
    ['Bull Board', `${apiUrl}/admin/queues`],
    ['Postgres', config.databaseUrl === null ? 'embedded' : withoutSecrets(config.databaseUrl)],
    ['Queues', config.redisUrl === null ? 'in Postgres' : withoutSecrets(config.redisUrl)],
    [
      'OCR',
      config.ocrBaseUrl === null ? 'the bundled engine' : config.ocrBaseUrl.split(',').map(withoutSecrets).join(', '),
    ],
    ['Data', config.dataDir],
  ];
  return ['Ocrelay is up. Ctrl-C stops it.', ...rows.map(([name, value]) => `  ${name.padEnd(11)} ${value}`)];
}

function withoutSecrets(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//').replace(/\?.*$/, '');
}
