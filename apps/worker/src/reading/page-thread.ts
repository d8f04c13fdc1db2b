export { workOnPages as default } from '@ocrelay/pages';
