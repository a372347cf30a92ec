import type { Capabilities, PriceRow } from '../../src/job-type/capabilities.ts';
import { isJsonObject, type JsonObject } from '../../src/values/json.ts';
import { amountOf, firstOf, own } from '../shared/read-fields.ts';

type Price = NonNullable<Capabilities['price']>;

const JOB_NAMES = [
  'credits',
  'credit_cost',
  'credits_cost',
  'base_credits',
  'cost',
  'price',
  'pricing',
  'base',
  'amount',
  'total',
  'per_job',
  'per_video',
  'per_image',
];
const SECOND_NAMES = ['per_second', 'perSecond', 'credits_per_second', 'price_per_second', 'credit_cost_per_second'];
const UNIT_NAMES = ['unit', 'price_unit', 'credits_unit', 'billing', 'billing_unit', 'pricing_type', 'price_type', 'type', 'mode'];
const BY_SECOND = /per[_ -]?second|^seconds?$|\/ ?s(ec(ond)?)?$/i;

/**
 * The price of a listed model when it is one figure: `100`, `"base: 100"` (S1's words), `{ base: 100 }`, `{ per_second: 20 }`,
 * `{ credits: 20, unit: "second" }`. Several figures are no single price, and no price is better than a wrong one.
 */
export function priceOf(layers: readonly JsonObject[]): Price | null {
  const bySecond = layers.some(isBilledBySecond);
  const perJob = firstOf(layers, JOB_NAMES, (value) => figure(value, bySecond));
  const perSecond = firstOf(layers, SECOND_NAMES, (value) => figure(value, true));
  // Both at once (a base and so much a second) is more than one figure.
  if (perJob !== null && perSecond !== null) return null;
  return perJob ?? perSecond;
}

/**
 * Prices by quality mode: `{ per_second: { std: 20, std_audio: 30 } }`, `{ "720p": 100, "1080p": 150 }`. Every key must be one of the
 * model's quality modes, with or without `_audio`; otherwise the table is not understood and says nothing.
 */
export function priceTableOf(layers: readonly JsonObject[], qualityModes: readonly string[]): readonly PriceRow[] | null {
  const bySecond = layers.some(isBilledBySecond);
  return (
    firstOf(layers, JOB_NAMES, (value) => rowsOf(value, qualityModes, bySecond)) ??
    firstOf(layers, SECOND_NAMES, (value) => rowsOf(value, qualityModes, true))
  );
}

function figure(value: unknown, bySecond: boolean): Price | null {
  if (!isJsonObject(value)) {
    const text = typeof value === 'string' ? value.trim() : null;
    const amount = amountOf(
      text === null ? value : text.replace(/^base:\s*/i, '').replace(/\s*(credits?)?\s*(per[_ -]?second|\/ ?s(ec(ond)?)?)?$/i, ''),
    );
    if (amount === null || amount <= 0) return null;
    if (bySecond || (text !== null && BY_SECOND.test(text))) return { perSecond: amount };
    // Credits of a job are whole in every document: 0.92 is a price in money.
    return Number.isInteger(amount) ? { perJob: amount } : null;
  }
  const [only, ...others] = Object.entries(value).filter(([, entry]) => amountOf(entry) !== null || typeof entry === 'object');
  if (only === undefined || others.length > 0) return null;
  if (SECOND_NAMES.includes(only[0])) return figure(only[1], true);
  return JOB_NAMES.includes(only[0]) ? figure(only[1], bySecond || isBilledBySecond(value)) : null;
}

function rowsOf(value: unknown, qualityModes: readonly string[], bySecond: boolean): readonly PriceRow[] | null {
  if (!isJsonObject(value) || qualityModes.length === 0) return null;
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only !== undefined && isJsonObject(only[1]) && !qualityModes.includes(only[0])) {
    if (SECOND_NAMES.includes(only[0])) return rowsOf(only[1], qualityModes, true);
    return JOB_NAMES.includes(only[0]) ? rowsOf(only[1], qualityModes, bySecond) : null;
  }
  const rows: PriceRow[] = [];
  for (const [key, entry] of entries) {
    const sound = /_(audio|sound)$/i.test(key);
    const quality = sound ? key.replace(/_(audio|sound)$/i, '') : key;
    const price = figure(entry, bySecond);
    if (price === null || !qualityModes.includes(quality)) return null;
    const hasTwin = entries.some(([other]) => /_(audio|sound)$/i.test(other) && other.startsWith(`${quality}_`));
    rows.push({ quality, sound: sound ? true : hasTwin ? false : null, price });
  }
  return rows.length === 0 ? null : rows;
}

function isBilledBySecond(layer: JsonObject): boolean {
  return UNIT_NAMES.some((name) => {
    const text = own(layer, name);
    return typeof text === 'string' && BY_SECOND.test(text.trim());
  });
}
