import type { Json } from '../values/json.ts';
import { isMapping, parseJsonText } from './plain-json.ts';

/** What kinds of value a parameter takes, as far as a cell of text needs to know. */
export interface CellType {
  readonly kinds: ReadonlySet<string>;
  /** The kind of a list's items. */
  readonly items: CellType | null;
}

/** Reads the kinds out of a parameter's JSON Schema. */
export function cellTypeOf(schema: Json | undefined): CellType {
  const kinds = new Set<string>();
  let items: CellType | null = null;
  const visit = (part: Json | undefined): void => {
    if (!isMapping(part)) return;
    const { type } = part;
    for (const kind of Array.isArray(type) ? (type as readonly Json[]) : [type]) if (typeof kind === 'string') kinds.add(kind);
    const values = 'const' in part ? [part.const] : Array.isArray(part.enum) ? (part.enum as readonly Json[]) : [];
    if (type === undefined) for (const value of values) kinds.add(typeof value);
    if (part.items !== undefined) items = cellTypeOf(part.items);
    for (const word of ['anyOf', 'oneOf', 'allOf'])
      if (Array.isArray(part[word])) for (const one of part[word] as readonly Json[]) visit(one);
  };
  visit(schema);
  return { kinds, items };
}

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * The value of a cell, typed by its parameter's schema; undefined for an empty cell, which is absent. What does not fit stays text, so that the
 * schema's own message says what is allowed. Lists are JSON or separated by `|`. Without a schema (a parameter that is passed through)
 * numbers, true, false and JSON, a text in quotation marks too, are taken for what they look like.
 */
export function typeCell(text: string, type: CellType | null): Json | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  const kinds = type?.kinds ?? ANYTHING;
  if (kinds.size === 0) return guess(trimmed, text);
  if (kinds.has('array')) {
    const list = trimmed.startsWith('[') ? json(trimmed) : undefined;
    if (Array.isArray(list)) return list;
    if (!kinds.has('string') || trimmed.includes('|')) return splitList(trimmed, type?.items ?? null);
  }
  if (kinds.has('object') && trimmed.startsWith('{')) return json(trimmed) ?? text;
  if (kinds.has('boolean') && /^(?:true|false)$/i.test(trimmed)) return trimmed.toLowerCase() === 'true';
  if ((kinds.has('integer') || kinds.has('number')) && NUMBER.test(trimmed)) return exactNumber(trimmed) ?? trimmed;
  return text;
}

const ANYTHING: ReadonlySet<string> = new Set();

/** A `|`-separated list as texts, empty items left out; JSON when it begins with `[`. */
export function listCell(text: string): readonly Json[] {
  const list = text.trim().startsWith('[') ? json(text) : undefined;
  return Array.isArray(list) ? list : splitList(text, null, true);
}

function splitList(text: string, items: CellType | null, plain = false): Json[] {
  const parts = text.split('|').map((part) => part.trim());
  return parts.filter((part) => part !== '').map((part) => (plain || items === null ? part : (typeCell(part, items) ?? part)));
}

function guess(trimmed: string, text: string): Json {
  if (/^(?:true|false)$/i.test(trimmed)) return trimmed.toLowerCase() === 'true';
  // Not `007`, `1.10` or `1e5`: texts of digits that a number would not give back stay texts.
  if (NUMBER.test(trimmed)) return isSpelling(trimmed) ? Number(trimmed) : trimmed;
  return /^[[{"]/.test(trimmed) ? (json(trimmed) ?? text) : text;
}

/** Whether this is how JSON writes the number, and the number holds every digit of it. */
function isSpelling(text: string): boolean {
  return String(Number(text)) === text && (text.includes('e') || exactNumber(text) !== undefined);
}

/** The number, or undefined for an integer that a number cannot hold. */
function exactNumber(text: string): number | undefined {
  const number = Number(text);
  return Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number)) ? number : undefined;
}

function json(text: string): Json | undefined {
  try {
    return parseJsonText(text);
  } catch {
    return undefined;
  }
}
