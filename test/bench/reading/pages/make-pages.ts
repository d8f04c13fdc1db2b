import { randomFrom } from '../../../chaos/random.ts';
import { damage } from './damage.ts';
import { drawPage } from './draw-page.ts';
import { type Projection, projectBox } from './projection.ts';
import type { Condition, Language, PageClass, TableKind, TruthBlock, TruthPage } from './truth.ts';

const LANGUAGES: readonly Language[] = ['English', 'Chinese', 'German'];
export const TABLES: readonly TableKind[] = ['ruled', 'partly ruled', 'borderless', 'prose'];
const CONDITIONS: readonly Condition[] = ['clean', 'small print', 'scan', 'photo'];

/** A page to read, and what it says. */
export interface MadePage {
  /** PNG or JPEG. */
  readonly file: Buffer;
  readonly truth: TruthPage;
}

/** The classes of so many pages: all combinations in an order by chance, as often as needed. */
export function chooseClasses(pages: number, seed: number): PageClass[] {
  const all = LANGUAGES.flatMap((language) =>
    TABLES.flatMap((table) => CONDITIONS.map((condition) => ({ language, table, condition }))),
  );
  const random = randomFrom(seed);
  const chosen: PageClass[] = [];
  while (chosen.length < pages) chosen.push(...random.shuffled(all));
  return chosen.slice(0, pages);
}

/** The page of a seed, the same one each time; with pictures it is the same but for these. */
export async function makePage(of: PageClass, seed: number, withPictures = false): Promise<MadePage> {
  const random = randomFrom(seed);
  const { sheet, blocks } = drawPage(of, random, withPictures ? randomFrom(seed + 1) : null);
  const { file, moved } = await damage(await sheet.toImage(), of.condition, random);
  const { width, height } = sheet;
  return {
    file,
    truth: { of, width, height, blocks: moved === null ? blocks : blocks.map((block) => move(block, moved)) },
  };
}

function move(block: TruthBlock, by: Projection): TruthBlock {
  const box = projectBox(by, block.box);
  if (block.table === undefined) return { ...block, box };
  const cells = block.table.cells.map((cell) => ({ ...cell, box: projectBox(by, cell.box) }));
  return { ...block, box, table: { ...block.table, cells } };
}
