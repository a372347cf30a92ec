import { Liquid, type Template as LiquidTemplate } from 'liquidjs';
import type { Json, JsonObject } from '../values/json.ts';
import { didYouMean } from './nearest-name.ts';
import { emptyObject, showNames, showValue } from './plain-json.ts';

/** A text that may hold Liquid tags, parsed once and rendered for every row. */
export interface Template {
  readonly source: string;
  /** True: no tags, the text is the result. */
  readonly literal: boolean;
  /** The name, when the text is nothing but one variable: `{{ photos }}`. */
  readonly sole: string | null;
  /** The outermost names that it reads. */
  readonly names: ReadonlySet<string>;
  /** The text for these variables. `copy` is the copy number unless a variable of that name exists; `id`, when given, wins over one. Throws TemplateFault. */
  render(variables: JsonObject, copy: number, id?: string): string;
}

/** A template that cannot be parsed or rendered; the message is for the user. */
export class TemplateFault extends Error {
  override readonly name = 'TemplateFault';
}

type Filter = (this: unknown, value: unknown, ...rest: unknown[]) => unknown;

const engine = createEngine();

/**
 * Liquid without files, and without what would give another text each time: a prompt that changed by itself would be paid for again.
 */
function createEngine(): Liquid {
  const liquid = new Liquid({
    strictVariables: true,
    strictFilters: true,
    // `{{ x | default: "y" }}` and `{% if x %}` are how Liquid asks for what a row may lack.
    lenientIf: true,
    // An empty cell is an empty text, which Liquid itself would take for a yes: `{% if material %}, {{ material }}{% endif %}`.
    jsTruthy: true,
    ownPropertyOnly: true,
    templates: {},
    timezoneOffset: 0,
    locale: 'en-US',
    outputEscape: printable,
    parseLimit: 1_000_000,
    memoryLimit: 10_000_000,
    renderLimit: 5_000,
  });
  for (const tag of ['include', 'render', 'layout', 'block']) delete liquid.tags[tag];
  delete liquid.filters.sample;
  const fallback = liquid.filters.default as Filter;
  // A seed of 0 is a value; only what is empty or missing gives way.
  liquid.registerFilter('default', function (this: unknown, value: unknown, ...rest: unknown[]) {
    return value === 0 ? value : fallback.call(this, value, ...rest);
  });
  for (const name of Object.keys(liquid.filters).filter((filter) => filter.startsWith('date'))) {
    const filter = liquid.filters[name] as Filter;
    liquid.registerFilter(name, function (this: unknown, value: unknown, ...rest: unknown[]) {
      if (value === 'now' || value === 'today') throw new Error(`"${value}" differs at every reading; write the date out`);
      return filter.call(this, value, ...rest);
    });
  }
  return liquid;
}

/** Liquid would print a mapping as "[object Object]" and a list without a space between its items: prompts that nobody means to pay for. */
function printable(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) throw new Error('a list cannot be put into a text as it is; join it: {{ name | join: ", " }}');
  if (typeof value === 'object' && !(value instanceof Date))
    throw new Error('a mapping cannot be put into a text; name one of its fields: {{ name.field }}');
  return String(value);
}

/** True when the text holds Liquid tags. */
export function hasTags(text: string): boolean {
  return text.includes('{{') || text.includes('{%');
}

/** Parses a template. Throws TemplateFault. */
export function compileTemplate(source: string): Template {
  if (!hasTags(source)) return { source, literal: true, sole: null, names: NO_NAMES, render: () => source };
  const quick = quickParts(source);
  // What only inserts names cannot be wrong: the engine parses it when a value turns up that it has to print.
  let parsed = quick === null ? parse(source) : null;
  // What took too long once would take as long for every row.
  let endless: TemplateFault | null = null;
  const names = new Set(quick === null ? engine.globalVariablesSync(parsed!) : quick.filter((_, at) => at % 2 === 1));
  return {
    source,
    literal: false,
    sole: quick?.length === 3 && quick[0] === '' && quick[2] === '' ? quick[1]! : null,
    names,
    render(variables, copy, id) {
      const text = quick && renderQuickly(quick, variables, copy, id);
      if (typeof text === 'string') return text;
      if (endless) throw endless;
      parsed ??= parse(source);
      try {
        return engine.renderSync(parsed, withId(variables, id), { globals: { copy } }) as string;
      } catch (error) {
        const fault = new TemplateFault(renderFault(error, withId(variables, id)));
        if (firstLine(error).startsWith('template render limit exceeded')) endless = fault;
        throw fault;
      }
    },
  };
}

function parse(source: string): LiquidTemplate[] {
  try {
    return engine.parse(source);
  } catch (error) {
    throw new TemplateFault(`${showValue(source)} is not a valid template: ${firstLine(error)}${nearestFilter(error)}`);
  }
}

const NO_NAMES: ReadonlySet<string> = new Set();

/** Texts and the names between them, for templates that only insert variables: most do, and a million rows are rendered. */
function quickParts(source: string): readonly string[] | null {
  const parts = source.split(/\{\{ *([A-Za-z_][A-Za-z0-9_]*) *\}\}/);
  // The even parts are plain text; a tag left in one of them needs the engine. Words of the language are left to it as well.
  for (let at = 0; at < parts.length; at += 2) if (/\{\{|\{%|\}\}|%\}/.test(parts[at]!)) return null;
  for (let at = 1; at < parts.length; at += 2)
    if (/^(?:true|false|nil|null|empty|blank|forloop|tablerowloop)$/.test(parts[at]!)) return null;
  return parts;
}

function withId(variables: JsonObject, id: string | undefined): JsonObject {
  return id === undefined ? variables : Object.assign(emptyObject(), variables, { id });
}

function renderQuickly(parts: readonly string[], variables: JsonObject, copy: number, id: string | undefined): string | null {
  let text = parts[0]!;
  for (let at = 1; at < parts.length; at += 2) {
    const name = parts[at]!;
    const value: Json | undefined =
      name === 'id' && id !== undefined ? id : (variables[name] ?? (name === 'copy' && !('copy' in variables) ? copy : undefined));
    if (typeof value !== 'string' && typeof value !== 'number') return null;
    text += value + parts[at + 1]!;
  }
  return text;
}

function renderFault(error: unknown, variables: JsonObject): string {
  const found = /^undefined variable: (.+?)$/.exec(firstLine(error));
  if (!found) return `cannot be rendered: ${firstLine(error)}`;
  const known = [...Object.keys(variables), 'copy'];
  return `unknown name "${found[1]}"; known here: ${showNames(known)}${didYouMean(found[1]!, known)}`;
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  // Its lines and columns are counted in the text of the template; people look for the line of their file, which stands before the message.
  return (text.split('\n')[0] ?? text).replace(/, file:.*?(?=, line:|$)/, '').replace(/, line:\d+, col:\d+$/, '');
}

function nearestFilter(error: unknown): string {
  const found = /^undefined filter: (\w+)/.exec(firstLine(error));
  return found ? didYouMean(found[1]!, Object.keys(engine.filters)) : '';
}
