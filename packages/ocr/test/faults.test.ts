import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Call, faultOfError, faultOfStatus } from '../src/faults.ts';

const CALLS = ['health', 'submit', 'poll', 'result', 'cancel'] as const;

describe('a status that every call reads alike', () => {
  test.each<[number, string, string, string?]>([
    [401, 'wait', 'ocr_unauthorized', 'unauthorized'],
    [403, 'wait', 'ocr_unauthorized', 'refused'],
    [408, 'retry', 'ocr_timeout'],
    [429, 'wait', 'ocr_unavailable', 'overloaded'],
    [500, 'retry', 'ocr_unavailable'],
    [502, 'retry', 'ocr_unavailable'],
    [503, 'wait', 'ocr_unavailable', 'overloaded'],
    [504, 'retry', 'ocr_timeout'],
    [599, 'retry', 'ocr_unavailable'],
    [302, 'retry', 'ocr_bad_response'],
  ])('%i is %s, %s', (status, ...expected) => {
    for (const call of CALLS) expect(faultOfStatus(call, status)).toEqual(expected);
  });
});

describe('a status that means something else to each call', () => {
  test.each<[Call, number, string, string, string?]>([
    ['submit', 400, 'give_up', 'ocr_rejected'],
    ['submit', 413, 'give_up', 'ocr_rejected'],
    ['submit', 415, 'give_up', 'ocr_rejected'],
    ['submit', 422, 'give_up', 'ocr_rejected'],
    ['submit', 404, 'wait', 'ocr_unavailable', 'refused'],
    ['submit', 405, 'wait', 'ocr_unavailable', 'refused'],
    ['poll', 404, 'lost', 'ocr_job_lost'],
    ['result', 404, 'lost', 'ocr_job_lost'],
    ['poll', 400, 'retry', 'ocr_bad_response'],
    ['result', 422, 'retry', 'ocr_bad_response'],
    ['health', 404, 'wait', 'ocr_unavailable', 'unreachable'],
    ['cancel', 404, 'lost', 'ocr_job_lost'],
  ])('%s %i is %s, %s', (call, status, ...expected) => {
    expect(faultOfStatus(call, status)).toEqual(expected);
  });

  test('only a submit gives up, and only what is about a job is lost', () => {
    fc.assert(
      fc.property(fc.constantFrom(...CALLS), fc.integer({ min: 300, max: 999 }), (call, status) => {
        const [reaction] = faultOfStatus(call, status);
        if (reaction === 'give_up') expect(call).toBe('submit');
        if (reaction === 'lost') expect(['poll', 'result', 'cancel']).toContain(call);
      }),
    );
  });
});

describe('a failure of the network', () => {
  test.each<[string, string, string, string?]>([
    ['ECONNREFUSED', 'wait', 'ocr_unavailable', 'unreachable'],
    ['ENOTFOUND', 'wait', 'ocr_unavailable', 'unreachable'],
    ['EAI_AGAIN', 'wait', 'ocr_unavailable', 'unreachable'],
    ['EHOSTUNREACH', 'wait', 'ocr_unavailable', 'unreachable'],
    ['UND_ERR_CONNECT_TIMEOUT', 'wait', 'ocr_unavailable', 'unreachable'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'wait', 'ocr_unavailable', 'unreachable'],
    ['EMFILE', 'wait', 'ocr_unavailable'],
    ['ECONNRESET', 'retry', 'ocr_unavailable'],
    ['EPIPE', 'retry', 'ocr_unavailable'],
    ['UND_ERR_SOCKET', 'retry', 'ocr_unavailable'],
    ['UND_ERR_HEADERS_TIMEOUT', 'retry', 'ocr_timeout'],
    ['UND_ERR_BODY_TIMEOUT', 'retry', 'ocr_timeout'],
    ['HPE_INVALID_CONSTANT', 'retry', 'ocr_bad_response'],
  ])('%s is %s, %s', (code, ...expected) => {
    expect(faultOfError(Object.assign(new Error('x'), { code }))).toEqual(expected);
  });

  test('a time-out of the system is a wait while connecting and an attempt later', () => {
    expect(faultOfError({ code: 'ETIMEDOUT', syscall: 'connect' })?.[0]).toBe('wait');
    expect(faultOfError({ code: 'ETIMEDOUT', syscall: 'read' })?.[0]).toBe('retry');
  });

  test('a mistake of ours is no fault of the service', () => {
    for (const code of ['UND_ERR_INVALID_ARG', 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH', 'ERR_INVALID_URL', undefined]) {
      expect(faultOfError({ code })).toBeNull();
    }
  });
});
