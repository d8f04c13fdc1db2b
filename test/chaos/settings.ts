/** Quick reactions, so that a minute holds many faults and what follows from them. The lease has its 10 s. */
export const SETTINGS: Readonly<Record<string, string>> = {
  LOG_LEVEL: 'info',
  LOG_FORMAT: 'json',
  API_KEYS: '',
  RECONCILE_INTERVAL_MS: '500',
  SUBMIT_BACKOFF_MS: '200',
  SUBMIT_BACKOFF_MAX_MS: '2000',
  POLL_BACKOFF_MS: '200',
  POLL_BACKOFF_MAX_MS: '2000',
  STORE_BACKOFF_MS: '200',
  STORE_BACKOFF_MAX_MS: '2000',
  OCR_CONNECT_TIMEOUT_MS: '1000',
  OCR_REQUEST_TIMEOUT_MS: '3000',
  OCR_POLL_MS: '2000',
  MAX_RESUBMITS: '3',
  // Far beyond a run: whatever waits is waited for.
  TASK_TIMEOUT_MS: '600000',
  TASK_DEADLINE_MS: '3600000',
  UPLOAD_TIMEOUT_MS: '20000',
  START_WAIT_MS: '2000',
  SWEEP_INTERVAL_MS: '5000',
  MIN_FREE_BYTES: '0',
};

/** Of every other seed: a service that may be given so little that most tasks wait for their turn in Postgres. */
export const CAPPED = { OCR_MAX_IN_FLIGHT: '4' };
/** How old what a dead upload left must be to be swept, ms: ten times `UPLOAD_TIMEOUT_MS`, and 10 min at least. */
export const SWEPT_AFTER_MS = 600_000;
/** More room than there is on any disk. */
export const NO_ROOM = { MIN_FREE_BYTES: String(2 ** 53 - 1) };
