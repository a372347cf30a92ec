import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import type { JobType, ModelName } from '../../job-type/job-type.ts';
import { resolveModel } from '../../job-type/registry.ts';
import { inspectInputFile } from '../../manifest/input-file.ts';
import { manifestJsonSchema } from '../../manifest/manifest-json-schema.ts';
import { didYouMean } from '../../manifest/nearest-name.ts';
import { priceBook } from '../../plan/price-book.ts';
import { CONFIG_NAME } from '../config/find-config.ts';
import { type InitOptions, type InitResult, MAKES, type Make } from '../init.ts';
import { UsageError } from '../usage-error.ts';
import { catalogOf } from './catalogs.ts';
import type { EngineParts } from './engine-parts.ts';
import { parameterList } from './parameter-list.ts';
import { pictureInput, STARTER_ROWS, starterManifest, starterParams } from './starter-manifest.ts';

const KINDS = { images: 'image', videos: 'video', '3d': 'model3d' } as const satisfies Record<Make, JobType['makes']>;
const SCHEMA = '.nightshift/manifest.schema.json';

/** `init`: a manifest that plans as it stands, a configuration beside it and an example of `.env`. What is there already is never written over. */
export async function initFolder(parts: EngineParts, options: InitOptions): Promise<InitResult> {
  const { folder, fromDir } = options;
  const { jobType, model } = await chooseModel(parts, options);
  const provider = parts.registry.providers[jobType.provider]!;
  const settings = parts.settings.providers[jobType.provider]!;
  const catalog = catalogOf(provider, settings, []);
  const spec = jobType.parameters(model, catalog);
  const parameters = parameterList(spec);
  const notes: string[] = [];
  const name = options.name ?? (fromDir === null ? 'starter' : slug(fromDir.split(sep).at(-1) ?? '') || 'pictures');
  const rowsFile = fromDir === null ? null : `${name}.csv`;
  const pictures = fromDir === null ? [] : await picturesIn(fromDir, folder, spec, model, notes);

  const starter = { name, jobType, model, spec, parameters, rowsFile, schema: SCHEMA };
  const quote = jobType.quote(
    model,
    { prompt: 'a', ...defaults(parameters), ...starterParams(starter) },
    priceBook(settings.prices, catalog),
  );
  const rows = fromDir === null ? STARTER_ROWS : pictures.length;
  const budget = quote.amount === null ? null : { amount: Math.ceil(quote.amount * rows), unit: provider.unit };
  const files: Record<string, string> = { [`${name}.yaml`]: starterManifest({ ...starter, budget }) };
  if (rowsFile !== null) files[rowsFile] = stringify([...pictures], { header: true, columns: ['name', 'file'] });
  if (parts.settings.configFile === null) files[CONFIG_NAME] = configuration(parts, jobType.provider);
  else notes.push(`The configuration ${shown(parts, parts.settings.configFile)} holds for this folder too.`);
  files['.env.example'] = exampleEnv(parts);
  files[SCHEMA] = `${JSON.stringify(manifestJsonSchema(parts.registry), null, 2)}\n`;
  const written = await writeNew(parts, folder, files, rowsFile === null ? [`${name}.yaml`] : [`${name}.yaml`, rowsFile]);
  if (provider.baseUrl === null && settings.baseUrl === null)
    notes.push(`${provider.name} documents no address: set providers.${provider.name}.base_url before a run.`);
  return { model: model.full, manifest: shown(parts, join(folder, `${name}.yaml`)), files: written, rows, notes };
}

/** The model that was named, or asked for, or the first of what is to be made. */
async function chooseModel(parts: EngineParts, options: InitOptions): Promise<{ readonly jobType: JobType; readonly model: ModelName }> {
  const { registry } = parts;
  const fixed = registry.jobTypes.flatMap((jobType) =>
    jobType.models.filter((model) => !model.endsWith('<slug>')).map((model) => ({ jobType, model })),
  );
  let named = options.model;
  if (named === null) {
    const make = options.make ?? ((await options.ask?.('What do you want to make?', MAKES)) as Make | undefined) ?? 'images';
    const able = fixed.filter(({ jobType, model }) => {
      const name = { full: model, short: model.slice(model.indexOf('/') + 1), slug: null };
      const spec = jobType.parameters(name, { capabilities: () => null, slugs: () => [] });
      return jobType.makes === KINDS[make] && (options.fromDir === null || pictureInput(spec) !== null);
    });
    const names = able.map(({ model }) => model);
    named = names.length > 1 && options.ask ? await options.ask('Which model?', names) : (names[0] ?? null);
    if (named === null) throw new UsageError(`No model makes ${make} from pictures; name one with --model`);
  }
  const found = resolveModel(registry, named);
  if (found) return { jobType: found.jobType, model: found.name };
  const names = registry.jobTypes.flatMap(({ models }) => models);
  throw new UsageError(`There is no model ${JSON.stringify(named)}; allowed: ${names.join(', ')}${didYouMean(named, names)}`);
}

/** The pictures of a folder that the model takes, by their bytes, in the order of their names. */
async function picturesIn(
  fromDir: string,
  folder: string,
  spec: ReturnType<JobType['parameters']>,
  model: ModelName,
  notes: string[],
): Promise<readonly { readonly name: string; readonly file: string }[]> {
  const input = pictureInput(spec);
  if (input === null) throw new UsageError(`${model.full} takes no picture; leave --from-dir out, or name another --model`);
  const entries = await readdir(fromDir, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`--from-dir ${fromDir}: ${error.code === 'ENOENT' ? 'there is no such folder' : error.message}`);
  });
  const pictures: { name: string; file: string }[] = [];
  const names = new Set<string>();
  let left = 0;
  const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.')).map((entry) => entry.name);
  for (const file of files.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))) {
    const path = join(fromDir, file);
    const facts = await inspectInputFile(path);
    if ('unreadable' in facts || facts.mediaType === null || !input.mediaTypes.includes(facts.mediaType) || facts.bytes > input.maxBytes) {
      left += 1;
      continue;
    }
    const stem = file.replace(/\.[^.]*$/, '');
    // Two files that differ in their ending, or in what an id leaves out, are two jobs.
    let name = stem;
    for (let number = 2; names.has(slug(name)); number++) name = `${stem} ${number}`;
    names.add(slug(name));
    pictures.push({ name, file: relative(folder, path).split(sep).join('/') });
  }
  if (left > 0) notes.push(`${left} ${left === 1 ? 'file is' : 'files are'} left out: ${model.full} takes ${input.mediaTypes.join(', ')}.`);
  if (pictures.length > 0) return pictures;
  throw new UsageError(`--from-dir ${fromDir}: no file in it is one that ${model.full} takes (${input.mediaTypes.join(', ')})`);
}

function defaults(parameters: ReturnType<typeof parameterList>) {
  return Object.fromEntries(parameters.flatMap(({ name, default: value }) => (value === null ? [] : [[name, value]])));
}

function configuration(parts: EngineParts, used: string): string {
  const provider = parts.registry.providers[used]!;
  return [
    '# Queue (.nightshift/queue.db) and outputs (out/<batch>) lie beside this file. Keys do not belong here: see .env.example.',
    ...(provider.baseUrl === null
      ? ['providers:', `  ${used}:`, '    # base_url: https://example.com   # its documents never say where it is: needed before a run', '']
      : ['providers: {}', '']),
  ].join('\n');
}

function exampleEnv(parts: EngineParts): string {
  const lines = Object.values(parts.registry.providers).map(({ keyVariable }) => `${keyVariable}=`);
  return ['# Copy to .env, put your keys in, and let nobody else read it: cp .env.example .env && chmod 600 .env', ...lines, ''].join('\n');
}

/** Nothing is written while one of the `needed` files is there; what else is there is kept. */
async function writeNew(
  parts: EngineParts,
  folder: string,
  files: Readonly<Record<string, string>>,
  needed: readonly string[],
): Promise<InitResult['files']> {
  const there = new Set<string>();
  for (const file of Object.keys(files)) if (await exists(join(folder, file))) there.add(file);
  const blocked = needed.filter((file) => there.has(file));
  if (blocked.length > 0)
    throw new UsageError(
      `${blocked.map((file) => shown(parts, join(folder, file))).join(' and ')} is there already, and nothing is written over: give another --name`,
    );
  const done: { path: string; status: 'written' | 'kept' }[] = [];
  for (const [file, content] of Object.entries(files)) {
    const path = resolve(folder, file);
    await mkdir(dirname(path), { recursive: true, ...(file === SCHEMA && { mode: 0o700 }) });
    const isOurs = file === SCHEMA;
    // `wx`: what somebody else made in the meantime is kept too.
    const status = await writeFile(path, content, { flag: isOurs ? 'w' : 'wx' }).then(
      () => 'written' as const,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'EEXIST') return 'kept' as const;
        throw new UsageError(`${shown(parts, path)} cannot be written: ${error.message}`);
      },
    );
    done.push({ path: shown(parts, path), status });
  }
  return done;
}

async function exists(path: string): Promise<boolean> {
  const { stat } = await import('node:fs/promises');
  return stat(path).then(
    () => true,
    () => false,
  );
}

function shown({ cwd }: EngineParts, path: string): string {
  return relative(cwd, path) || '.';
}

function slug(text: string): string {
  return text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '');
}
