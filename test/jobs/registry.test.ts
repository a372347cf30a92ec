import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { registry } from '../../jobs/index.ts';
import { resolveModel } from '../../src/job-type/registry.ts';
import { catalogOf } from './models.ts';

/** Every model of the contract, with a slug where one is needed. */
const MODELS = [
  'ulazai/image',
  'ulazai/image/seedream_5_lite',
  'ulazai/veo3_fast',
  'ulazai/veo3',
  'ulazai/studio/veo31_fast',
  'ulazai/sora-2',
  'ulazai/kling-3.0',
  'mayanio/nano-banana',
  'mayanio/vidu-q2',
  'mayanio/ltx-2',
  'mayanio/image-to-3d',
];

describe('the registry', () => {
  it.each(MODELS)('knows %s', (full) => {
    expect(resolveModel(registry, full)).not.toBeNull();
  });

  it('does not know what the contract does not name', () => {
    for (const full of ['ulazai/studio', 'ulazai/kling-2.6', 'ulazai/3d', 'mayanio/image/x', 'image'])
      expect(resolveModel(registry, full)).toBeNull();
  });

  it('every job type is of a known provider, holds only its slots and windows, and stands once', () => {
    const families = registry.jobTypes.map((jobType) => jobType.family);
    expect(new Set(families).size).toBe(families.length);
    for (const jobType of registry.jobTypes) {
      const limits = registry.providers[jobType.provider]?.limits ?? {};
      for (const name of jobType.slots) expect(limits[name]?.kind).toBe('slots');
      for (const name of jobType.submitWindows) expect(limits[name]?.kind).toBe('window');
      expect(limits.requests?.kind).toBe('window');
    }
  });

  it('an asynchronous type can be polled; a synchronous one has nothing to poll', () => {
    for (const { mode, poll, readPoll, pollHints } of registry.jobTypes) {
      expect([poll, readPoll, pollHints].every((part) => (mode === 'async' ? part != null : part == null))).toBe(true);
    }
  });

  it.each(MODELS)('%s: every parameter says its type, so that a cell of text can be read', (full) => {
    const { jobType, name } = resolveModel(registry, full)!;
    const spec = jobType.parameters(name, catalogOf());
    const schema = z.toJSONSchema(spec.schema, { io: 'input' }) as { properties: Record<string, Record<string, unknown>> };
    for (const [field, property] of Object.entries(schema.properties)) {
      expect('type' in property || 'not' in property || 'anyOf' in property, field).toBe(true);
    }
    for (const common of Object.values(spec.aliases)) expect(Object.keys(schema.properties)).toContain(common);
    for (const input of spec.inputs) expect(Object.keys(schema.properties)).toContain(input.field);
  });

  it('Video Studio submissions count in their own window, Sora holds both kinds of slot', () => {
    const find = (family: string) => registry.jobTypes.find((jobType) => jobType.family === family)!;
    expect(find('ulazai/studio').submitWindows).toEqual(['studio_submits']);
    expect(find('ulazai/sora-2').slots).toEqual(['sora_concurrency', 'concurrency']);
  });
});
