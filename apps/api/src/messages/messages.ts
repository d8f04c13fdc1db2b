import type { Request } from 'express';

/** What the API says when something went well, in the languages that it speaks. */
const MESSAGES = {
  uploaded: { en: 'image uploaded', zh: '图片上传成功' },
  uploadedAndQueued: { en: 'image uploaded, OCR is queued', zh: '图片上传成功，OCR 任务已排队' },
  startQueued: {
    en: 'OCR is queued; the task says when it has begun',
    zh: 'OCR 任务已排队，请稍后查询任务状态',
  },
  documentStarted: { en: 'the document is being read, page by page', zh: '文档正在逐页识别' },
  healthy: { en: 'the OCR service is well', zh: 'OCR 服务正常' },
  unhealthy: { en: 'the OCR service is not well', zh: 'OCR 服务异常' },
  task: { en: 'task found', zh: '查询成功' },
  tasks: { en: 'tasks listed', zh: '查询成功' },
  pages: { en: 'pages listed', zh: '查询成功' },
  events: { en: 'events listed', zh: '查询成功' },
  result: { en: 'result found', zh: '查询成功' },
  document: { en: 'document found', zh: '查询成功' },
  cancelled: { en: 'task cancelled', zh: '任务已取消' },
  cancelledUnderWay: {
    en: 'task cancelled; an OCR service that offers a call to stop a job is told, any other may go on with its own work: what it answers is dropped',
    zh: '任务已取消；若 OCR 服务提供停止作业的接口，则会通知其停止，否则它可能仍会继续处理，其结果将被丢弃',
  },
  cancelledBefore: { en: 'task was cancelled before', zh: '任务此前已取消' },
  retried: { en: 'task queued again', zh: '任务已重新排队' },
  retryInProgress: { en: 'task is in progress already', zh: '任务正在处理中' },
  deleted: { en: 'task deleted', zh: '任务已删除' },
} as const;

type MessageName = keyof typeof MESSAGES;
type Language = 'en' | 'zh';

/** The language that `Accept-Language` prefers of those there are; English when it says nothing (RFC 9110, 12.5.4). */
export function languageOf(req: Request): Language {
  return req.acceptsLanguages('en', 'zh', 'zh-CN', 'zh-Hans', 'zh-TW', 'zh-Hant').toString().startsWith('zh')
    ? 'zh'
    : 'en';
}

/** A message in the request's language. */
export function say(req: Request, name: MessageName): string {
  return MESSAGES[name][languageOf(req)];
}

/** The message of a started OCR job; null: of a document, whose pages have jobs of their own. */
export function sayStarted(req: Request, ocrJobId: string | null): string {
  if (ocrJobId === null) return say(req, 'documentStarted');
  return languageOf(req) === 'zh' ? `OCR 任务创建成功，job_id: ${ocrJobId}` : `OCR job created, job_id: ${ocrJobId}`;
}

/** The message of a bulk retry. */
export function sayRetried(req: Request, count: number, more: boolean): string {
  if (languageOf(req) === 'zh') return `已重新排队 ${count} 个任务${more ? '，仍有剩余' : ''}`;
  return `${count} ${count === 1 ? 'task' : 'tasks'} queued again${more ? ', and there are more' : ''}`;
}
