import { stringify } from 'yaml';
import type { JobType, ModelName, ParameterSpec } from '../../job-type/job-type.ts';
import type { Json, JsonObject } from '../../values/json.ts';
import type { ParameterEntry } from '../documents.ts';

/** What a starter manifest is made for. */
export interface Starter {
  readonly name: string;
  readonly jobType: JobType;
  readonly model: ModelName;
  readonly spec: ParameterSpec;
  readonly parameters: readonly ParameterEntry[];
  /** The file with a row for each picture, its columns `name` and `file`; null: rows of words that stand in the manifest. */
  readonly rowsFile: string | null;
  /** In units; null where a price is not known, which a budget does not allow. */
  readonly budget: { readonly amount: number; readonly unit: string } | null;
  /** The path of the JSON Schema, for editors. */
  readonly schema: string;
}

/** What stands where a picture is needed and none is given. */
const PLACEHOLDER = 'https://example.com/photo.jpg';
const SUBJECTS = ['a red chair', 'a blue lamp', 'a green vase'] as const;
/** So many rows a starter has when no pictures are given. */
export const STARTER_ROWS = SUBJECTS.length;

/** The first parameter that takes a picture from this machine; null where the model takes none. */
export function pictureInput(spec: ParameterSpec) {
  return spec.inputs.find(({ kind, local }) => kind === 'image' && local.by !== 'refused') ?? null;
}

/** The parameters that the model needs, each with a value that it takes, and a picture where it does not go without. */
export function starterParams(starter: Pick<Starter, 'spec' | 'parameters' | 'rowsFile'>): JsonObject {
  const { spec, parameters, rowsFile } = starter;
  const params: Record<string, Json> = {};
  for (const { name, required, allowed, minimum } of parameters) {
    const value = allowed?.[0] ?? minimum;
    if (required && name !== 'prompt' && value !== null) params[name] = value;
  }
  const input = pictureInput(spec);
  if (input === null) return params;
  const picture = rowsFile === null ? PLACEHOLDER : '{{ file }}';
  const withPicture = { ...params, [input.field]: input.list ? [picture] : picture };
  const needsOne = !spec.schema.safeParse({ prompt: 'a', ...params }).success && !spec.schema.safeParse(params).success;
  return rowsFile !== null || needsOne ? withPicture : params;
}

/** A manifest that plans as it stands, with what else the model takes as comments. */
export function starterManifest(starter: Starter): string {
  const { name, model, rowsFile, budget, parameters } = starter;
  const params = starterParams(starter);
  const subject = rowsFile === null ? 'subject' : 'name';
  const takesPrompt = parameters.some((parameter) => parameter.name === 'prompt');
  const needsPhoto = rowsFile === null && JSON.stringify(params).includes(PLACEHOLDER);
  const others = parameters.filter((parameter) => parameter.name !== 'prompt' && params[parameter.name] === undefined);
  const file = `${name}.yaml`;
  return [
    `# yaml-language-server: $schema=${starter.schema}`,
    `#   nightshift plan ${file}             what it costs and how long it takes; needs no key`,
    `#   nightshift run ${file} --sandbox    try it without a key and without money`,
    `name: ${scalar(name)}`,
    `model: ${scalar(model.full)}`,
    rowsFile === null
      ? `rows:                              # or a file beside this one: products.csv\n${SUBJECTS.map((text) => `  - { subject: ${text} }`).join('\n')}`
      : `rows: ${scalar(rowsFile)}`,
    `id: "{{ ${subject} | slugify }}"`,
    ...(takesPrompt ? [`prompt: "{{ ${subject} }}, product photo, soft light"`] : []),
    ...(needsPhoto ? [`# Replace ${PLACEHOLDER}: an address, or a file beside this one.`] : []),
    ...(Object.keys(params).length === 0 ? [] : [stringify({ params }, { lineWidth: 0 }).trimEnd()]),
    ...(others.length === 0 ? [] : [...(Object.keys(params).length === 0 ? ['# params:'] : []), ...others.map(comment)]),
    budget === null
      ? `# budget: 100                      # the price of ${model.full} is not known: give it under prices in the configuration first`
      : `${`budget: ${budget.amount}`.padEnd(35)}# ${budget.unit}; the batch never costs more`,
    '',
  ].join('\n');
}

function comment({ name, allowed, minimum, maximum, type, local_files: files }: ParameterEntry): string {
  const shown =
    allowed !== null
      ? allowed.map(String).join(', ')
      : files !== null
        ? files === 'refused'
          ? 'an address'
          : 'an address or a file'
        : minimum !== null && maximum !== null
          ? `${type} from ${minimum} to ${maximum}`
          : type;
  const publishes = name === 'prompt_directory_optin' ? '; true makes the result public' : '';
  return `#   ${name}: ${shown}${publishes}`;
}

/** A text as YAML reads it back. */
function scalar(text: string): string {
  return stringify(text, { lineWidth: 0 }).trimEnd();
}
