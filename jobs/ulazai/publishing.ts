import type { Quote } from '../../src/job-type/job-type.ts';
import type { JsonObject } from '../../src/values/json.ts';

/** What the Prompt Directory gives back at once for publishing a result (Sora 2, Kling 3.0). */
const DISCOUNT = 10;

/** A quote of a family with the documented discount: taken off when the job is published, named as a saving when it is not. */
export function lessWhenPublished(quote: Quote, params: JsonObject): Quote {
  if (quote.amount === null) return quote;
  if (params.prompt_directory_optin !== true) return { ...quote, publishingWouldSave: Math.min(DISCOUNT, quote.amount) };
  return { ...quote, amount: Math.max(0, quote.amount - DISCOUNT), publishingWouldSave: 0 };
}
