export { firstOf } from './first-of.ts';
export { type ChildMessage, stopWhenParentGone, tellParent } from './parent.ts';
