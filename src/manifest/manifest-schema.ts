import { z } from 'zod';
import { ID_LENGTH, UNPRINTABLE } from './id-form.ts';
import { hasTags } from './template.ts';
import type { NodePath } from './yaml-file.ts';

const template = (what: string) =>
  z.string({ error: `must be text: ${what}` }).describe(`${what}. A Liquid template: variables of the row and the matrix, and "copy".`);

/** What `hasTags` looks for, as a pattern of the JSON Schema. */
const TAGS = '\\{\\{|\\{%';

/** Text with something in it. Whether a template gives some only rendering tells. */
const SOMETHING = '\\S';

/** A batch's name is a folder's, on every system. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: no folder has them in its name.
const FOLDER_NAME = /^(?!\s*\.{1,2}\s*$)[^/\\:*?"<>|\u0000-\u001f]*$/;

/** One printable line. What a template makes of an id only rendering tells. */
const ID = `${TAGS}|^\\s*(?=\\S)[^${UNPRINTABLE}]{1,${ID_LENGTH}}\\s*$`;

/** A path under the output folder, as `safeOutputPath` wants it: */
const OUTPUT_PATH = [
  '^(?!\\s*[/\\\\])', // not absolute,
  '(?!\\s*([A-Za-z]:|~)([/\\\\]|\\s*$))', // not on a drive, not in the home folder,
  '(?!([\\s\\S]*[/\\\\])?\\s*\\.[ .]*\\.\\s*([/\\\\]|$))', // with no step out of it, and no part of dots alone,
  '(?![\\s\\S]*[/\\\\]\\s*$)', // with a name behind the last slash,
  '(?=[\\s\\S]*[^\\s./\\\\])', // that is one,
  '[^\\u0000]*$', // and no NUL
].join('');

/** Files that hold rows, by their endings; a name that is nothing but its ending has none. */
const ROW_FILE = '[^/]\\.([cC][sS][vV]|[tT][sS][vV]|[tT][aA][bB]|[jJ][sS][oO][nN][lL]?|[nN][dD][jJ][sS][oO][nN]|[tT][xX][tT])$';

/** A whole number, or a template that gives one; `least` is 1 where it is given. Of more digits than fifteen the last would be lost. */
const wholeNumber = (what: string, least: 1 | null) => {
  const allowed = least === null ? 'a whole number' : `a whole number, at least ${least}`;
  const error = `must be ${allowed}`;
  const number = least === null ? z.int({ error }) : z.int({ error }).min(least, { error });
  const pattern = `${TAGS}|^\\s*${least === null ? '-?\\d{1,15}' : '0*[1-9]\\d{0,14}'}\\s*$`;
  const written = new RegExp(pattern);
  return z
    .union(
      [
        number,
        z
          .string()
          .refine((text) => written.test(text), { error })
          .meta({ pattern }),
      ],
      { error },
    )
    .describe(what);
};

const mapping = (error: string) => z.record(z.string(), z.unknown(), { error });

const COPY_IS_TAKEN = '"copy" is the number of the copy in every template; give it another name';

const matrix = z
  .object(
    {
      include: z
        .array(
          mapping('must be a mapping')
            .refine((combination) => !Object.hasOwn(combination, 'copy'), { path: ['copy'], error: COPY_IS_TAKEN })
            .meta({ not: { required: ['copy'] } }),
          { error: 'must be a list of mappings' },
        )
        .nullish(),
      exclude: z.array(mapping('must be a mapping'), { error: 'must be a list of mappings' }).nullish(),
    },
    { error: 'must be a mapping of names to lists of values' },
  )
  .catchall(z.array(z.unknown(), { error: 'must be a list of values' }).meta({ minItems: 1 }).nullish())
  .refine((axes) => !Object.hasOwn(axes, 'copy'), { path: ['copy'], error: COPY_IS_TAKEN })
  .meta({ not: { required: ['copy'] } })
  .describe('Every combination of these values with every row; include and exclude as in GitHub Actions.');

const model = template('The model, for example ulazai/image').meta({ pattern: SOMETHING });

/** The keys that a manifest and an entry of its `jobs` share. Null is the same as leaving a key out, and takes a default away. */
const entryShape = {
  model: model.nullish(),
  params: mapping('must be a mapping of parameters')
    .nullish()
    .describe('Parameters, in common names or in those of the API; null takes a default away.'),
  rows: z
    .union([z.string().meta({ pattern: ROW_FILE }), z.array(mapping('must be a mapping'))], {
      error: 'must be the name of a CSV, TSV, JSONL, JSON or TXT file, or a list of mappings',
    })
    .nullish()
    .describe('A CSV, TSV, JSONL, JSON or TXT file beside the manifest, or a list of mappings. Every column is a template variable.'),
  matrix: matrix.nullish(),
  // Numbers too: JSONL made by programs numbers its entries.
  id: z
    .union([template('The id of a job, unique in the batch; default: a short form of its fingerprint').meta({ pattern: ID }), z.number()], {
      error: 'must be text or a number',
    })
    .nullish(),
  prompt: template('The prompt').meta({ pattern: SOMETHING }).nullish(),
  copies: wholeNumber('So many variations, each its own job.', 1).nullish(),
  output: template('Path under the output folder, without extension; default "{{ id }}"').meta({ pattern: OUTPUT_PATH }).nullish(),
  tags: z
    .array(z.string({ error: 'must be text' }), { error: 'must be a list of texts' })
    .nullish()
    .describe('Words to select jobs by.'),
  priority: wholeNumber('Higher first.', null).nullish(),
};

// Above it the exact sums of the ledger end (values/money.ts).
const amountError = { error: 'must be an amount from 0 to 9000000000' };
const amount = z.number(amountError).min(0, amountError).max(9_000_000_000, amountError);

/** An entry of `jobs`, and a line of a JSONL manifest. One whose model is taken away makes nothing. */
export const entrySchema = z.strictObject({ ...entryShape, model: model.optional() }, { error: 'must be a mapping' });

/** A YAML manifest. */
export const manifestSchema = z
  .strictObject(
    {
      $schema: z.string({ error: 'must be text' }).nullish().describe('For editors: where this schema is. It means nothing else.'),
      name: z
        .string({ error: 'must be text' })
        .refine((name) => !hasTags(name), { error: 'cannot be a template: it names the whole batch' })
        .refine((name) => hasTags(name) || FOLDER_NAME.test(name), {
          error: 'names the output folder too, so it cannot be . or .., nor hold / \\ : * ? " < > | or control characters',
        })
        .meta({ pattern: `^(?![\\s\\S]*(${TAGS}))${FOLDER_NAME.source.slice(1)}` })
        .nullish()
        .describe("The batch; default: the file's stem."),
      ...entryShape,
      budget: z
        .union([amount, z.record(z.string(), amount).meta({ minProperties: 1 })], {
          error: 'must be an amount, or a mapping of provider to amount such as {ulazai: 2000}',
        })
        .nullish()
        .describe("The most that the batch may cost, in the provider's unit; a mapping by provider where there are several."),
      jobs: z
        .array(entrySchema.nullable(), { error: 'must be a list of mappings' })
        .min(1, { error: 'must hold at least one entry; leave it out to run the top level alone' })
        .nullish()
        .describe('Entries that each override the defaults above; without it the top level is the one entry.'),
    },
    { error: 'must be a mapping with at least "model" and "prompt"' },
  )
  .describe('A nightshift manifest.');

/** The names that an entry may have, for nearest-name hints. */
export const ENTRY_KEYS: readonly string[] = Object.keys(entryShape);
/** The names at the top of a manifest. */
export const MANIFEST_KEYS: readonly string[] = ['name', ...ENTRY_KEYS, 'budget', 'jobs'];

/** Whether the path leads to what has to be text, and would refuse a number. */
export function takesOnlyText(path: NodePath): boolean {
  const [field, ...below] = path[0] === 'jobs' ? path.slice(2) : path;
  if (field === 'tags') return below.length === 1;
  return below.length === 0 && ['$schema', 'name', 'model', 'prompt', 'output'].includes(String(field));
}
