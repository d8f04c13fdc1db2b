import { heading } from '../report.ts';
import type { PageClass } from './pages/truth.ts';
import type { PictureScore, Score } from './score/score-page.ts';

export interface ScoredPage {
  readonly of: PageClass;
  readonly score: Score;
}

/** Prints the means of all pages, then by language and by kind of table, each under each condition, as Markdown tables. */
export function report(reader: string, pages: readonly ScoredPage[]): void {
  heading(`${reader}: ${pages.length} pages`);
  table('characters', pages, ({ of }) => `${of.language}, ${of.condition}`);
  table(
    'tables',
    pages.filter(({ score }) => score.teds !== null),
    ({ of }) => `${of.table}, ${of.condition}`,
  );
  const wrong = pages.reduce((sum, { score }) => sum + score.falseTables, 0);
  process.stdout.write(`\ntables that are none: ${wrong}\n`);
  const count = (of: keyof PictureScore) => pages.reduce((sum, { score }) => sum + score.pictures[of], 0);
  process.stdout.write(`pictures: ${count('drawn')}, told: ${count('told')}, of these right: ${count('right')}\n`);
}

function table(title: string, pages: readonly ScoredPage[], keyOf: (page: ScoredPage) => string): void {
  process.stdout.write(`\n| ${title} | pages | CER | cells exact | TEDS | table box | s/page |\n`);
  process.stdout.write('| --- | --: | --: | --: | --: | --: | --: |\n');
  const keys = [...new Set(pages.map(keyOf))].sort();
  for (const key of keys)
    row(
      key,
      pages.filter((page) => keyOf(page) === key),
    );
  row('**all**', pages);
}

function row(label: string, pages: readonly ScoredPage[]): void {
  const percent = (value: number | null) => (value === null ? '' : `${(100 * value).toFixed(1)} %`);
  const share = (value: number | null) => (value === null ? '' : value.toFixed(3));
  const cells = [
    label,
    String(pages.length),
    percent(mean(pages, 'characters')),
    percent(mean(pages, 'cells')),
    share(mean(pages, 'teds')),
    share(mean(pages, 'box')),
    share(mean(pages, 'seconds')),
  ];
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
}

function mean(pages: readonly ScoredPage[], of: Exclude<keyof Score, 'pictures'>): number | null {
  const values = pages.map(({ score }) => score[of]).filter((value) => value !== null);
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
