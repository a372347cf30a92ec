import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fingerprintOf } from '../../src/plan/fingerprint.ts';
import type { JsonObject } from '../../src/values/json.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const job = { model: 'ulazai/image', params: { prompt: 'a pear', images: ['a', 'b'] }, copy: 1 };

describe('the fingerprint of a job', () => {
  it('is the same after the job was stored and read again, whatever its parameters', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.integer({ min: 1 }), (params, copy) => {
        const planned = { model: 'ulazai/image', params: params as JsonObject, copy };
        const stored = JSON.parse(JSON.stringify(planned)) as typeof planned;
        expect(fingerprintOf(stored, sha256)).toBe(fingerprintOf(planned, sha256));
      }),
    );
  });

  it('does not see the order of keys, and sees everything that is paid for', () => {
    const same = { ...job, params: { images: ['a', 'b'], prompt: 'a pear' } };
    expect(fingerprintOf(same, sha256)).toBe(fingerprintOf(job, sha256));
    const others = [
      { ...job, copy: 2 },
      { ...job, model: 'ulazai/image/seedream_5_lite' },
      { ...job, params: { ...job.params, prompt: 'a peas' } },
      { ...job, params: { ...job.params, images: ['b', 'a'] } },
    ];
    expect(new Set([job, ...others].map((other) => fingerprintOf(other, sha256))).size).toBe(5);
  });

  it('never changes: queues that exist hold it', () => {
    expect(fingerprintOf(job, sha256)).toBe(sha256('{"copy":1,"model":"ulazai/image","params":{"images":["a","b"],"prompt":"a pear"}}'));
  });
});
