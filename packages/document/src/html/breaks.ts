/** Tags that part words without a space in the text: a line break, and all elements of HTML that are blocks. */
export const BREAKS: ReadonlySet<string> = new Set(
  (
    'br hr p div li ul ol menu dir dl dt dd h1 h2 h3 h4 h5 h6 hgroup header footer main nav section article aside address ' +
    'search blockquote center pre listing xmp plaintext figure figcaption details summary dialog form fieldset legend ' +
    'option optgroup html body table caption thead tbody tfoot tr td th'
  ).split(' '),
);
