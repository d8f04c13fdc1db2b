import type { Random } from '../../../chaos/random.ts';
import type { Sheet } from './sheet.ts';
import type { TruthBlock, TruthBox } from './truth.ts';

/** SVG of a picture in a square of 100 × 100. */
type Motif = (random: Random) => string;

/** A landscape in the light: no area of it is of one shade, and its grain is a photograph's. */
const photograph: Motif = (random) => {
  const id = random.whole(1, 1e9);
  const hill = random.whole(40, 60);
  return `<defs><linearGradient id="sky${id}" x2="0" y2="1"><stop stop-color="#555"/><stop offset="1" stop-color="#bbb"/></linearGradient>
<filter id="grain${id}"><feTurbulence type="fractalNoise" baseFrequency="0.08" numOctaves="3" seed="${id % 1000}"/><feColorMatrix type="saturate" values="0"/><feComposite in2="SourceGraphic" operator="in"/></filter></defs>
<rect width="100" height="100" fill="url(#sky${id})"/><circle cx="${random.whole(20, 80)}" cy="20" r="8" fill="#e4e4e4"/>
<path d="M0 ${hill}Q25 ${hill - 30} 50 ${hill}T100 ${hill - 5}V100H0Z" fill="#666"/><path d="M0 80Q40 60 100 85V100H0Z" fill="#222"/>
<rect width="100" height="100" filter="url(#grain${id})" opacity="0.35"/>`;
};

/** A few dark forms with paper between. */
const logo: Motif = (random) => {
  const shade = random.pick(['#111', '#444', '#777']);
  return `<g fill="${shade}"><path d="M50 0A50 50 0 0 1 50 100Z"/><path d="M44 8V46H6A40 40 0 0 1 44 8Z"/><circle cx="26" cy="72" r="18"/></g>`;
};

/** Thin lines in all directions. */
const drawing: Motif = (random) => {
  const teeth = random.whole(9, 16);
  const spokes = Array.from({ length: teeth }, (_, i) => {
    const [x, y] = [Math.cos((2 * Math.PI * i) / teeth), Math.sin((2 * Math.PI * i) / teeth)];
    return `M${50 + 20 * x} ${50 + 20 * y}L${50 + 49 * x} ${50 + 49 * y}`;
  });
  return `<g fill="none" stroke="#222" stroke-width="1.4"><circle cx="50" cy="50" r="49"/><circle cx="50" cy="50" r="36"/><circle cx="50" cy="50" r="20"/><circle cx="50" cy="50" r="7"/><path d="${spokes.join('')}"/></g>`;
};

/** Two rings around a star, pressed on askew and faintly. */
const stamp: Motif = (random) => {
  const star = Array.from({ length: 10 }, (_, i) => {
    const r = i % 2 === 0 ? 24 : 10;
    return `${(50 + r * Math.sin((Math.PI * i) / 5)).toFixed(1)} ${(50 - r * Math.cos((Math.PI * i) / 5)).toFixed(1)}`;
  });
  return `<g transform="rotate(${random.whole(-25, 25)} 50 50)" opacity="0.7"><g fill="none" stroke="#333"><circle cx="50" cy="50" r="48" stroke-width="4"/><circle cx="50" cy="50" r="38" stroke-width="2"/></g><path d="M${star.join('L')}Z" fill="#333"/></g>`;
};

/** Each with the widths that it may have as shares of its height. */
const MOTIFS = [
  { draw: photograph, shapes: [1, 1.4, 2] },
  { draw: logo, shapes: [1, 1.6] },
  { draw: drawing, shapes: [1] },
  { draw: stamp, shapes: [1] },
];

/** The smallest that is drawn, and the largest, pixels. */
const LEAST = 70;
const MOST = 320;

/** Draws pictures side by side into a room that is free, as many as fit, two at most. */
export function drawPictures(sheet: Sheet, [left, top, right, bottom]: TruthBox, random: Random): TruthBlock[] {
  const blocks: TruthBlock[] = [];
  let x = left;
  for (let count = random.whole(1, 2); count > 0; count--) {
    const { draw, shapes } = random.pick(MOTIFS);
    const most = Math.min(MOST, Math.floor(bottom - top));
    if (most < LEAST) break;
    const height = random.whole(LEAST, most);
    const width = Math.round(height * random.pick(shapes));
    const from = x + random.whole(0, 60);
    if (from + width > right) break;
    sheet.draw(
      `<svg x="${from}" y="${top}" width="${width}" height="${height}" viewBox="0 0 100 100" preserveAspectRatio="none">${draw(random)}</svg>`,
    );
    blocks.push({ label: 'image', text: '', box: [from, top, from + width, top + height] });
    x = from + width + 60;
  }
  return blocks;
}
