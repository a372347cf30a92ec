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
  /** Whether the manifest has dropped it. */
  readonly removed?: boolean;
  /** How it differs from the manifest and the disk; asked only where a selector wants to know. Left out: by `removed` alone. */
  readonly change?: () => JobChange;
}

/** How a job of the manifest stands to the queue and to the disk. */
export const JOB_CHANGES = ['new', 'changed', 'missing', 'unchanged', 'removed'] as const;
export type JobChange = (typeof JOB_CHANGES)[number];

/** What a command without a manifest can tell: nothing there is new or changed. */
export const STORED_CHANGES = ['missing', 'unchanged', 'removed'] as const satisfies readonly JobChange[];

/** Whether a job is selected. */
export type Selector = (job: Selectable) => boolean;

const METHODS = [
  'id:GLOB',
  'tag:GLOB',
  'model:GLOB',
  'state:failed',
  'change:missing',
  'var.color=red',
  'var.scene="white studio"',
] as const;

/**
 * `--select` (contract, section 7): terms such as `id:sku-*`, `tag:spring`, `model:ulazai/*`, `state:failed`, `change:missing`, `var.color=red`. A
 * comma between terms is and, a space is or; quotes keep spaces and commas in a value. `changes`: those that the command can tell. Throws a
 * UsageError.
 */
export function parseSelector(flag: string, text: string, changes: readonly JobChange[] = STORED_CHANGES): Selector {
  const alternatives = split(flag, text, ' ')
    .filter((part) => part !== '')
    .map((part) => split(flag, part, ',').map((term) => parseTerm(flag, term, changes)));
  if (alternatives.length === 0) throw new UsageError(`${flag} is empty; allowed are ${METHODS.join(', ')}`);
  return (job) => alternatives.some((terms) => terms.every((matches) => matches(job)));
}

/** One thing that a selector names in full: `id:mug-01`, `model:ulazai/image`, the variable of `var.color=red`. */
export interface NamedThing {
  readonly kind: 'id' | 'model' | 'var';
  readonly name: string;
}

/** The ids, models and variables that `text` names without a glob: a name that nothing has is a slip of the pen. */
export function namedThings(flag: string, text: string): readonly NamedThing[] {
  const terms = split(flag, text, ' ').flatMap((part) => split(flag, part, ','));
  return terms.flatMap((term): NamedThing[] => {
    const variable = /^var\.([^=]+)=/s.exec(term)?.[1];
    if (variable !== undefined) return [{ kind: 'var', name: variable.trim() }];
    const [, kind, value = ''] = /^(id|model):(.+)$/s.exec(term) ?? [];
    const name = unquoted(value);
    return (kind !== 'id' && kind !== 'model') || picomatch.scan(name).isGlob ? [] : [{ kind, name }];
  });
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

function parseTerm(flag: string, term: string, changes: readonly JobChange[]): Selector {
  const refuse = (): UsageError => new UsageError(`${flag}: ${JSON.stringify(term)} ${whyNone(term)}; allowed are ${METHODS.join(', ')}`);
  const variable = /^var\.([^=]+)=(.*)$/s.exec(term);
  if (variable) {
    const [, name = '', value = ''] = variable;
    const matches = equalOrGlob(unquoted(value));
    return ({ vars }) => {
      const found = shown(vars[name.trim()]);
      return found !== null && matches(found);
    };
  }
  const [, method = '', quotedValue = ''] = /^([a-z]+):(.+)$/s.exec(term) ?? [];
  const value = unquoted(quotedValue);
  if (value === '') throw refuse();
  switch (method) {
    case 'id': {
      const matches = equalOrGlob(value);
      return ({ id }) => matches(id);
    }
    case 'model': {
      const matches = equalOrGlob(value);
      return ({ model }) => matches(model);
    }
    case 'tag': {
      const matches = equalOrGlob(value);
      return ({ tags }) => tags.some(matches);
    }
    case 'state':
      if (!JOB_STATES.some((state) => state === value)) {
        throw new UsageError(
          `${flag}: ${JSON.stringify(value)} is no state; allowed are ${JOB_STATES.join(', ')}${didYouMean(value, JOB_STATES)}`,
        );
      }
      return ({ state }) => state === value;
    case 'change':
      if (!changes.some((change) => change === value)) throw new UsageError(`${flag}: ${noChange(value, changes)}`);
      return (job) => (job.change?.() ?? (job.removed ? 'removed' : 'unchanged')) === value;
    default:
      throw refuse();
  }
}

/** What is wrong with a term that selects by nothing. */
function whyNone(term: string): string {
  const [, name, value = ''] = /^([A-Za-z_][\w-]*)[:=](.*)$/s.exec(term) ?? [];
  // A comma or a blank in a value has split it.
  if (name === undefined) return 'is no selector: a value with a blank or a comma goes into quotes';
  if (value === '') return 'has no value';
  return METHODS.some((method) => method.startsWith(`${name}:`))
    ? 'is no selector'
    : `is no selector; for a variable write var.${name}=${value}`;
}

function noChange(value: string, changes: readonly JobChange[]): string {
  if (JOB_CHANGES.some((change) => change === value))
    return `change:${value} compares with a manifest, which this command does not read; allowed are ${changes.join(', ')}, and all of them with run and plan`;
  return `${JSON.stringify(value)} is no change; allowed are ${changes.join(', ')}${didYouMean(value, changes)}`;
}

/** A glob, or the very text: what looks like a glob may be a name. */
function equalOrGlob(wanted: string): (text: string) => boolean {
  const matches = picomatch(wanted, { dot: true, bash: true });
  return (text) => text === wanted || matches(text);
}

function unquoted(text: string): string {
  return text.replaceAll('"', '').trim();
}

function shown(value: Json | undefined): string | null {
  if (value === undefined) return null;
  return typeof value === 'string' ? value.trim() : JSON.stringify(value);
}
