/** Labels of OCR services for what heads something, and how deep it is: 1 for the document, 2 for what is within. */
const HEADING_LEVELS: Readonly<Record<string, 1 | 2>> = {
  doc_title: 1,
  title: 1,
  paragraph_title: 2,
  section_title: 2,
  heading: 2,
};

/** 1 or 2 where a block of this kind is a heading, else null. */
export function headingLevel(kind: string): 1 | 2 | null {
  return Object.hasOwn(HEADING_LEVELS, kind) ? (HEADING_LEVELS[kind] ?? null) : null;
}

/** Says what a table shows, right before it. */
export function isTableCaption(kind: string): boolean {
  return kind === 'table_title' || kind === 'table_caption';
}

/** Holds LaTeX. */
export function isFormula(kind: string): boolean {
  return kind === 'formula' || kind === 'display_formula';
}

/** Stands at the border of the page, of every page often, and heads nothing. */
export function isMarginal(kind: string): boolean {
  return ['header', 'footer', 'number', 'aside_text', 'footnote', 'vision_footnote'].includes(kind);
}
