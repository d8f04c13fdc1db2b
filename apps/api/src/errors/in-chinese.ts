import type { ErrorCode } from '@ocrelay/contracts';

/** Where the English message is quoted, in what is more than its code tells: which parameter is wrong, which pages there are. */
const ENGLISH = '{}';

/** What is said in Chinese of each failure. */
const IN_CHINESE: Readonly<Record<ErrorCode, string>> = {
  ocr_unavailable: 'OCR 服务不可用：{}',
  ocr_unauthorized: 'OCR 服务拒绝了访问令牌：{}',
  ocr_rejected: 'OCR 服务拒绝了该文件：{}',
  ocr_bad_response: 'OCR 服务的应答无效：{}',
  ocr_job_failed: 'OCR 作业失败：{}',
  ocr_job_lost: 'OCR 服务丢失了作业：{}',
  ocr_timeout: 'OCR 超时：{}',
  deadline_exceeded: '任务超过最后期限：{}',
  worker_crashed: '处理结果时工作进程崩溃：{}',
  file_missing: '请求中没有文件：{}',
  file_too_large: '文件过大：{}',
  file_empty: '文件为空',
  unsupported_media_type: '不支持的文件类型：{}',
  image_corrupt: '图片已损坏或无法读取：{}',
  image_too_many_pixels: '图片像素过多：{}',
  document_corrupt: '文档已损坏或无法读取：{}',
  document_encrypted: '文档已加密，请先去除密码',
  too_many_pages: '文档页数过多：{}',
  image_missing: '文件已不在存储中：{}',
  malformed_multipart: '上传请求格式错误：{}',
  unexpected_field: '上传请求中有多余的字段：{}',
  upload_timeout: '上传超时：{}',
  malformed_json: '请求正文不是有效的 JSON',
  body_too_large: '请求正文过大',
  headers_too_large: '请求地址和请求头过大：{}',
  request_timeout: '请求超时：{}',
  invalid_request: '请求无效：{}',
  invalid_id: '任务编号无效，应为上传时返回的 UUID',
  invalid_cursor: '游标无效，请原样传入 next_cursor',
  invalid_idempotency_key: 'Idempotency-Key 无效：应为 1 至 255 个可打印的 ASCII 字符',
  idempotency_conflict: '该 Idempotency-Key 已用于其他内容，请为新文件使用新的 Idempotency-Key',
  task_not_found: '任务不存在：{}',
  job_not_found: '作业不存在：{}',
  invalid_state: '任务的当前状态不允许此操作：{}',
  unsupported_format: '不支持的格式：{}',
  no_tables: '文档中没有表格',
  table_not_found: '表格不存在：{}',
  page_not_found: '页面不存在：{}',
  block_not_found: '区块不存在：{}',
  cell_not_found: '单元格不存在：{}',
  document_too_large: '识别结果过大，无法处理：{}',
  route_not_found: '接口不存在：{}',
  method_not_allowed: '不支持的请求方法：{}',
  unauthorized: '需要 API 密钥，请使用 Authorization: Bearer <key> 或 X-API-Key: <key>',
  forbidden_host: '未设置 API 密钥时只接受本机访问（localhost、127.0.0.1、[::1]），请设置 API_KEYS',
  forbidden_origin: '不允许其他来源的网页修改数据',
  storage_full: '存储空间不足或不可写，请联系管理员',
  storage_unavailable: '图片存储暂时不可用，请稍后重试',
  database_unavailable: '数据库暂时不可用，请稍后重试',
  queue_unavailable: '队列暂时不可用，任务不会丢失，恢复后将继续',
  overloaded: '服务繁忙，暂时无法接收图片，请稍后重试',
  shutting_down: '服务正在停止，请稍后重试',
  internal_error: '服务内部错误，请凭应答的 X-Request-Id 查询日志',
};

/** A failure in Chinese. @param message in English */
export function inChinese(code: ErrorCode, message: string): string {
  return IN_CHINESE[code].replace(ENGLISH, () => message);
}
