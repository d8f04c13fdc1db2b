/**
 * Hides what the board's page offers and `board-router.ts` refuses. The page tells its buttons apart by their icons
 * only. What is listed for a job or a list is hidden but for retry; of the menus, what would change a queue.
 */
const CHANGES_A_QUEUE = ['plus', 'pause', 'play', 'trash', 'ban', 'chart-no-axes-gantt', 'gauge'];
const menuIcons = CHANGES_A_QUEUE.map((icon) => `.lucide-${icon}`).join(', ');

/** Where the style sheet below is served, under the board's own path. */
export const STYLE_PATH = '/ocrelay.css';

export const HIDE_ACTIONS = `[class*='jobActions-'] > li:not(:has(.lucide-refresh-cw)),
[class*='queueActions-'] > li:not(:has(.lucide-refresh-cw)),
[role='menuitem']:has(${menuIcons}) { display: none !important; }
`;
