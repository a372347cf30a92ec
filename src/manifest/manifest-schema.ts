import { z } from 'zod';
import { hasTags } from './template.ts';

const template = (what: string) =>
  z.string({ error: `must be text: ${what}` }).describe(`${what}. A Liquid template: variables of the row and the matrix, and "copy".`);

/** What `hasTags` looks for, as a pattern of the JSON Schema. */
const TAGS = '\\{\\{|\\{%';

/** Text with something in it. Whether a template gives some only rendering tells. */
const SOMETHING = '\\S';

/** A batch's name is a folder's, on every system. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: no folder has them in its name.
const FOLDER_NAME = /^(?!\s*\.{1,2}\s*$)[^/\\:*?"<>|\u0000-\u001f]*$/;

/** A path under the output folder: not absolute, and no step out of it. */
const OUTPUT_PATH = '^(?!\\s*[/\\\\])(?!([\\s\\S]*[/\\\\])?\\s*\\.\\.\\s*([/\\\\]|$))[\\s\\S]*\\S';

/** Files that hold rows, by their endings. */
const ROW_FILE = '\\.([cC][sS][vV]|[tT][sS][vV]|[tT][aA][bB]|[jJ][sS][oO][nN][lL]?|[nN][dD][jJ][sS][oO][nN]|[tT][xX][tT])$';

/** A whole number, or a template that gives one; `least` is 1 where it is given. */
const wholeNumber = (what: string, least: number | null) => {
  const allowed = least === null ? 'a whole number' : `a whole number, at least ${least}`;
  const error = `must be ${allowed}`;
  const number = least === null ? z.int({ error }) : z.int({ error }).min(least, { error });
  return z
    .union(
      [
        number,
        z
          .string()
          .refine((text) => hasTags(text) || (/^-?\d+$/.test(text.trim()) && (least === null || Number(text) >= least)), { error })
          .meta({ pattern: least === null ? `${TAGS}|^\\s*-?\\d+\\s*$` : `${TAGS}|^\\s*0*[1-9]\\d*\\s*$` }),
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

/** The keys that a manifest and an entry of its `jobs` share. Null is the same as leaving a key out, and takes a default away. */
const entryShape = {
  model: template('The model, for example ulazai/image').meta({ pattern: SOMETHING }).nullish(),
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
    .union(
      [template('The id of a job, unique in the batch; default: a short form of its fingerprint').meta({ pattern: SOMETHING }), z.number()],
      {
        error: 'must be text or a number',
      },
    )
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

/** An entry of `jobs`, and a line of a JSONL manifest. */
export const entrySchema = z.strictObject(entryShape, { error: 'must be a mapping' });

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
