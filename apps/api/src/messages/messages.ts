import type { Request } from 'express';

/** What the API says when something went well, in the languages that it speaks. */
const MESSAGES = {
  uploaded: { en: 'image uploaded', zh: '图片上传成功' },
  uploadedAndQueued: { en: 'image uploaded, OCR is queued', zh: '图片上传成功，OCR 任务已排队' },
  startQueued: {
    en: 'OCR is queued; the task says when it has begun',
    zh: 'OCR 任务已排队，请稍后查询任务状态',
  },
  healthy: { en: 'the OCR service is well', zh: 'OCR 服务正常' },
  unhealthy: { en: 'the OCR service is not well', zh: 'OCR 服务异常' },
  task: { en: 'task found', zh: '查询成功' },
  tasks: { en: 'tasks listed', zh: '查询成功' },
  events: { en: 'events listed', zh: '查询成功' },
  result: { en: 'result found', zh: '查询成功' },
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

/** The message of a started OCR job. */
export function sayStarted(req: Request, ocrJobId: string): string {
  return languageOf(req) === 'zh' ? `OCR 任务创建成功，job_id: ${ocrJobId}` : `OCR job created, job_id: ${ocrJobId}`;
}
