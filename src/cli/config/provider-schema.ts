import { z } from 'zod';
import type { Capabilities } from '../../job-type/capabilities.ts';
import type { LimitDefinition, Provider } from '../../job-type/provider.ts';
import { MOST, parseLimit, slotForms, slotsPattern, WINDOW_PATTERN } from '../../schedule/parse-limit.ts';
import type { JsonObject } from '../../values/json.ts';
import { authScheme, baseUrl, duration, leaf, text, texts, truth, wholeNumbers } from './leaf.ts';
import { price } from './price.ts';

/** One model of the user's own table: what the provider's model list would say of it. What is left out is not checked. */
const capabilities = z.strictObject({
  name: text('a text').optional(),
  kind: leaf('image or video', (value) => (value === 'image' || value === 'video' ? value : null), {
    enum: ['image', 'video'],
  }),
  aspect_ratios: texts.optional(),
  durations: wholeNumbers.optional(),
  quality_modes: texts.optional(),
  inputs: texts.optional(),
  sound: truth.optional(),
  price: price.optional(),
});

/** The `providers.<name>` part of the configuration: the names of limits and paths are the provider's own. */
export function providerSchema(provider: Provider) {
  return z.strictObject({
    base_url: baseUrl.optional(),
    auth_scheme: authScheme.optional(),
    limits: z
      .strictObject(mapValues(provider.limits, (limit, name) => limitLeaf(limit, provider.slotRanges?.[name]).optional()))
      .optional(),
    poll: z.strictObject({ min: duration.optional(), max: duration.optional() }).optional(),
    submit_timeout: duration.optional(),
    settle_window: duration.optional(),
    prices: z.record(z.string(), price).optional(),
    models: z.record(z.string(), capabilities).optional(),
    paths: z.strictObject(mapValues(provider.paths, () => path.optional())).optional(),
    upload_field: text('the name of the form field that takes the file, such as file').optional(),
    upload_max_age: duration.optional(),
  });
}

export type ProviderConfig = z.output<ReturnType<typeof providerSchema>>;

const path = leaf(
  'a path from the root, such as /api/v1/videos',
  (value) => (typeof value === 'string' && /^\/[^\s?#]*$/.test(value) && !value.startsWith('//') ? value : null),
  { type: 'string', pattern: '^/(?!/)[^\\s?#]*$' },
);

function limitLeaf(limit: LimitDefinition, auto: readonly [number, number] | undefined) {
  const allowed = limit.kind === 'slots' ? slotForms(auto) : 'requests in a time such as 100/min, 24/h or 100/600ms, or a list of them';
  return leaf(
    allowed,
    (value) => {
      const parsed = parseLimit(value, limit.kind, auto);
      return 'limit' in parsed ? parsed.limit : null;
    },
    limit.kind === 'slots' ? slotShape(auto !== undefined) : { anyOf: [WINDOW, { type: 'array', items: WINDOW, minItems: 1 }] },
  );
}

const WINDOW: JsonObject = { type: 'string', pattern: WINDOW_PATTERN };

function slotShape(knowsAuto: boolean): JsonObject {
  return {
    anyOf: [
      { type: 'integer', minimum: 1, maximum: MOST },
      { type: 'string', pattern: slotsPattern(knowsAuto) },
    ],
  };
}

/** The user's table in the words of the contract between the rooms. */
export function capabilitiesOf(models: ProviderConfig['models']): readonly Capabilities[] {
  return Object.entries(models ?? {}).map(([slug, model]) => ({
    slug,
    name: model.name ?? null,
    kind: model.kind,
    aspectRatios: model.aspect_ratios ?? null,
    durations: model.durations ?? null,
    qualityModes: model.quality_modes ?? null,
    inputs: model.inputs ?? null,
    sound: model.sound ?? null,
    price: model.price ?? null,
    source: 'configuration',
  }));
}

function mapValues<Value, Made>(values: Readonly<Record<string, Value>>, make: (value: Value, name: string) => Made): Record<string, Made> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, make(value, name)]));
}
