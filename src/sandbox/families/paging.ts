import type { Context } from 'hono';
import type { JsonObject } from '../../values/json.ts';
import type { Env } from '../route.ts';

/** A page asked for by `limit` and `offset` (API reference) or `page` and `limit` (the vendor's own client). */
export interface Paging {
  readonly limit: number;
  readonly offset: number;
}

/** Reads the page that a list request asks for; nonsense falls back to the documented default of 20, and no page is larger than `most`. */
export function paging(context: Context<Env>, most: number): Paging {
  const whole = (name: string, fallback: number, least: number): number => {
    const value = Number(context.req.query(name) ?? fallback);
    return Number.isInteger(value) && value >= least ? value : fallback;
  };
  const limit = Math.min(most, whole('limit', 20, 1));
  const page = context.req.query('page');
  return { limit, offset: page === undefined ? whole('offset', 0, 0) : (whole('page', 1, 1) - 1) * limit };
}

/** What a list says of itself beside its items. */
export function pageFacts(page: Paging, total: number): JsonObject {
  return { total, limit: page.limit, offset: page.offset, has_more: page.offset + page.limit < total };
}
