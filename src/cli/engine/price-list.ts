import type { JobType, ModelName, PriceBook, Quote } from '../../job-type/job-type.ts';
import type { Json, JsonObject } from '../../values/json.ts';
import type { ParameterEntry, PriceEntry } from '../documents.ts';

/** A parameter with more values than this does not decide a price, as far as any document goes. */
const MOST_VALUES = 12;
const MOST_ROWS = 64;
/** Its effect is told as what publishing saves. */
const PUBLISHING = 'prompt_directory_optin';

/** Where a price comes from, in the words of the documents. */
const SOURCES = { documented: 'documents', api: 'api', configured: 'configuration', unknown: null } as const;

/**
 * What a model costs, by the parameters that decide it: found by asking the job type for its quote over the allowed values, so that
 * nothing here knows a price. One row without conditions where nothing decides.
 */
export function priceList(
  jobType: JobType,
  name: ModelName,
  parameters: readonly ParameterEntry[],
  prices: PriceBook,
): readonly PriceEntry[] {
  const base: Record<string, Json> = { prompt: 'a' };
  for (const parameter of parameters) {
    const value = parameter.default ?? parameter.allowed?.[0] ?? (parameter.required ? parameter.minimum : null);
    if (value !== null && value !== undefined) base[parameter.name] = value;
  }
  const price = (params: JsonObject): PriceEntry => entryOf(jobType, name, params, parameters, prices);
  const plain = price(base);
  const axes = parameters.flatMap((parameter) => {
    const values = valuesOf(parameter);
    if (parameter.name === PUBLISHING || values.length < 2 || values.length > MOST_VALUES) return [];
    const decides = values.some((value) => !sameMoney(price({ ...base, [parameter.name]: value }), plain));
    return decides ? [{ name: parameter.name, values }] : [];
  });
  let rows: readonly JsonObject[] = [{}];
  for (const axis of axes) {
    if (rows.length * axis.values.length > MOST_ROWS) break;
    rows = rows.flatMap((row) => axis.values.map((value) => ({ ...row, [axis.name]: value })));
  }
  return rows.map((when) => ({ ...price({ ...base, ...when }), when }));
}

function valuesOf(parameter: ParameterEntry): readonly Json[] {
  if (parameter.name === 'duration') return [];
  if (parameter.type === 'true or false') return [false, true];
  return parameter.allowed ?? [];
}

/** One price; by the second where twice as long costs twice as much. */
function entryOf(
  jobType: JobType,
  name: ModelName,
  params: JsonObject,
  parameters: readonly ParameterEntry[],
  prices: PriceBook,
): PriceEntry {
  const quote = jobType.quote(name, params, prices);
  const perSecond = rateOf(jobType, name, params, parameters, prices, quote);
  return {
    when: {},
    amount: perSecond === null ? quote.amount : null,
    per_second: perSecond,
    publishing_saves: quote.publishingWouldSave,
    source: SOURCES[quote.basis],
  };
}

function rateOf(
  jobType: JobType,
  name: ModelName,
  params: JsonObject,
  parameters: readonly ParameterEntry[],
  prices: PriceBook,
  quote: Quote,
): number | null {
  const duration = parameters.find((parameter) => parameter.name === 'duration');
  if (duration === undefined) return null;
  const shortest = Number(duration.allowed?.[0] ?? duration.minimum ?? 1);
  const longest = Number(duration.allowed?.at(-1) ?? shortest * 2);
  const once =
    quote.amount === null || params.duration === undefined ? jobType.quote(name, { ...params, duration: shortest }, prices) : quote;
  const seconds = Number(params.duration ?? shortest);
  const other = longest === seconds ? seconds * 2 : longest;
  const second = jobType.quote(name, { ...params, duration: other }, prices);
  if (once.amount === null || second.amount === null || once.amount === second.amount) return null;
  return Math.abs(second.amount / other - once.amount / seconds) < 1e-9 ? once.amount / seconds : null;
}

function sameMoney(a: PriceEntry, b: PriceEntry): boolean {
  return a.amount === b.amount && a.per_second === b.per_second && a.source === b.source;
}
