/** The process that makes the picture of one page: see lone-renderer.ts. */
import { readOnePage } from '@ocrelay/pages';
import type { RenderOrder } from './lone-renderer.ts';
import { workAlone } from './work-alone.ts';

workAlone((order: RenderOrder) => readOnePage(order));
