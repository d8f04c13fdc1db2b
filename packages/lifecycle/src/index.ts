export { type FirstOf, firstOf } from './first-of.ts';
export { type ChildMessage, stopWhenParentGone, tellParent } from './parent.ts';
export { within } from './within.ts';
