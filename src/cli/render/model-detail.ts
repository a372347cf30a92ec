import wrapAnsi from 'wrap-ansi';
import { escapeTerminal } from '../../report/escape-terminal.ts';
import { formatAmount } from '../../report/format.ts';
import { toMicros } from '../../values/money.ts';
import type { ModelEntry, ParameterEntry, PriceEntry } from '../documents.ts';
import { type Colors, plainTable } from './plain-table.ts';

const LISTED = {
  api: 'the model list of the API',
  configuration: 'your configuration',
  documents: "the provider's documents",
} as const;

const LOCAL: Readonly<Record<string, string>> = {
  upload: 'URL or local file (uploaded)',
  base64: 'URL or local file (sent as base64)',
  refused: 'URL',
};

/** One model in full: what it makes, what it takes, what it costs and who says so. */
export function renderModel(model: ModelEntry, style: { readonly width: number; readonly colors: Colors }): string {
  const { bold } = style.colors;
  const listed = model.listed_by === null ? [] : [`Known from ${LISTED[model.listed_by as keyof typeof LISTED] ?? model.listed_by}.`];
  const rows = model.parameters.map((parameter) => [
    parameter.name,
    parameter.required ? 'yes' : '',
    takes(parameter),
    parameter.default === null ? '' : String(parameter.default),
    parameter.spellings.join(', '),
  ]);
  return [
    bold(escapeTerminal(model.model)),
    ...wrapAnsi(escapeTerminal(model.summary), style.width).split('\n'),
    ...listed,
    '',
    plainTable(['Parameter', 'Needed', 'Takes', 'Default', 'In the API'], rows, [], style.colors),
    ...(model.other_parameters ? ['Other parameters are passed on as they are.'] : []),
    '',
    ...priceLines(model, style.colors),
  ].join('\n');
}

function takes(parameter: ParameterEntry): string {
  const { allowed, minimum, maximum, type } = parameter;
  if (allowed !== null) return allowed.map(String).join(', ');
  const files = parameter.local_files === null ? null : (LOCAL[parameter.local_files] ?? null);
  if (files !== null) return type === 'list of files' ? `${files}${maximum === null ? '; any number' : `; up to ${maximum}`}` : files;
  if (type === 'text') return maximum === null ? 'text' : `text of up to ${maximum} characters`;
  if (minimum !== null && maximum !== null) return `${type} from ${minimum} to ${maximum}`;
  return minimum === null ? type : `${type} from ${minimum}`;
}

function priceLines(model: ModelEntry, colors: Colors): readonly string[] {
  if (model.prices.length === 0) return ['Prices are those of each slug.'];
  const known = model.prices.filter((price) => price.amount !== null || price.per_second !== null);
  const short = model.model.slice(model.model.indexOf('/') + 1);
  if (known.length === 0) {
    return [`Price: unknown. Give it under providers.${model.provider}.prices as "${escapeTerminal(short)}"; under a budget it is needed.`];
  }
  const names = [...new Set(known.flatMap(({ when }) => Object.keys(when)))];
  const rows = known.map((price) => [
    ...names.map((name) => String(price.when[name] ?? '')),
    amountText(price, model.unit),
    price.source ?? 'unknown',
  ]);
  const saves = Math.max(...known.map((price) => price.publishing_saves));
  return [
    plainTable([...names, 'Price', 'From'], rows, [], colors),
    ...(saves > 0 ? [`Publishing (prompt_directory_optin: true) takes ${saves} ${model.unit} off. It makes the result public.`] : []),
  ];
}

function amountText({ amount, per_second: perSecond }: PriceEntry, unit: string): string {
  return perSecond === null ? `${formatAmount(toMicros(amount ?? 0))} ${unit}` : `${formatAmount(toMicros(perSecond))} ${unit} a second`;
}
