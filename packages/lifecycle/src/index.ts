export { type ChildMessage, stopWhenParentGone, tellParent } from './parent.ts';
