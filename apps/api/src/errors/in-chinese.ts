import type { ErrorCode } from '@ocrelay/contracts';

/** What is said in Chinese of failures that are nobody's mistake; of the others the English names what to change. */
export const IN_CHINESE: Readonly<Partial<Record<ErrorCode, string>>> = {
  storage_full: '图片存储空间不足或不可写，请联系管理员',
  storage_unavailable: '图片存储暂时不可用，请稍后重试',
  database_unavailable: '数据库暂时不可用，请稍后重试',
  overloaded: '服务繁忙，暂时无法接收图片，请稍后重试',
  shutting_down: '服务正在停止，请稍后重试',
};
