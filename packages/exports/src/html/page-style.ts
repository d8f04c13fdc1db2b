import { createHash } from 'node:crypto';

/** For a screen, and for paper: a page of the document begins a sheet, tables repeat their headers and rows stay whole. */
export const PAGE_STYLE = `
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif; color: #111; background: #fff; }
section + section { margin-top: 3rem; padding-top: 3rem; border-top: 1px solid #bbb; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { border: 1px solid #888; padding: .25rem .5rem; text-align: start; vertical-align: top; }
th { background: #f0f0f0; }
.sides { border-style: none; }
.t { border-top-style: solid; }
.r { border-right-style: solid; }
.b { border-bottom-style: solid; }
.l { border-left-style: solid; }
pre { white-space: pre-wrap; }
.caption { font-weight: bold; }
.marginal, .unread { color: #555; }
@media print {
  body { max-width: none; margin: 0; padding: 0; }
  section + section { margin: 0; padding: 0; border: 0; break-before: page; }
  thead { display: table-header-group; }
  tr, pre { break-inside: avoid; }
  h1, h2, .caption { break-after: avoid; }
}
`;

/** Nothing is loaded or run, whatever else comes to stand in the page: only this style, known by its hash. */
export const CONTENT_SECURITY_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256')
  .update(PAGE_STYLE)
  .digest('base64')}'; base-uri 'none'; form-action 'none'`;
