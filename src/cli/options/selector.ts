import picomatch from 'picomatch';
import { didYouMean } from '../../manifest/nearest-name.ts';
import { JOB_STATES } from '../../queue/job-states.ts';
import type { Json, JsonObject } from '../../values/json.ts';
import { UsageError } from '../usage-error.ts';

/** What a selector looks at. */
export interface Selectable {
  readonly id: string;
  readonly model: string;
  readonly state: string;
  readonly tags: readonly string[];
  readonly vars: JsonObject;
}

/** Whether a job is selected. */
export type Selector = (job: Selectable) => boolean;

const METHODS = ['id:GLOB', 'tag:x', 'model:GLOB', 'state:failed', 'var.color=red', 'var.scene="white studio"'] as const;

/**
 * `--select` (contract, section 7): terms such as `id:sku-*`, `tag:spring`, `model:ulazai/*`, `state:failed`, `var.color=red`. A comma between
 * terms is and, a space is or; quotes keep spaces and commas in a value. Throws a UsageError.
 */
export function parseSelector(flag: string, text: string): Selector {
  const alternatives = split(flag, text, ' ')
    .filter((part) => part !== '')
    .map((part) => split(flag, part, ',').map((term) => parseTerm(flag, term)));
  if (alternatives.length === 0) throw new UsageError(`${flag} is empty; allowed are ${METHODS.join(', ')}`);
  return (job) => alternatives.some((terms) => terms.every((matches) => matches(job)));
}

/** Splits at a character that stands outside of quotes. */
function split(flag: string, text: string, at: ' ' | ','): string[] {
  const parts: string[] = [''];
  let quoted = false;
  for (const character of text) {
    if (character === '"') quoted = !quoted;
    if (character === at && !quoted) parts.push('');
    else parts[parts.length - 1] += character;
  }
  if (quoted) throw new UsageError(`${flag} ${JSON.stringify(text)}: a quotation mark is not closed`);
  return parts;
}

function parseTerm(flag: string, term: string): Selector {
  const refuse = (why: string): UsageError => new UsageError(`${flag}: ${JSON.stringify(term)} ${why}; allowed are ${METHODS.join(', ')}`);
  const variable = /^var\.([^=]+)=(.*)$/s.exec(term);
  if (variable) {
    const [, name = '', value = ''] = variable;
    const wanted = unquoted(value);
    return ({ vars }) => shown(vars[name.trim()]) === wanted;
  }
  const [, method = '', quotedValue = ''] = /^([a-z]+):(.+)$/s.exec(term) ?? [];
  const value = unquoted(quotedValue);
  if (value === '') throw refuse('is no selector');
  switch (method) {
    case 'id': {
      const matches = picomatch(value, { dot: true, bash: true });
      return ({ id }) => matches(id);
    }
    case 'model': {
      const matches = picomatch(value, { dot: true, bash: true });
      return ({ model }) => matches(model);
    }
    case 'tag':
      return ({ tags }) => tags.includes(value);
    case 'state':
      if (!JOB_STATES.some((state) => state === value)) {
        throw new UsageError(
          `${flag}: ${JSON.stringify(value)} is no state; allowed are ${JOB_STATES.join(', ')}${didYouMean(value, JOB_STATES)}`,
        );
      }
      return ({ state }) => state === value;
    default:
      throw refuse('is no selector');
  }
}

function unquoted(text: string): string {
  return text.replaceAll('"', '').trim();
}

function shown(value: Json | undefined): string | null {
  if (value === undefined) return null;
  return typeof value === 'string' ? value.trim() : JSON.stringify(value);
}
