import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { registry } from '../../jobs/index.ts';
import { configJsonSchema } from '../../src/cli/config/config-json-schema.ts';
import { loadSettings } from '../../src/cli/config/load-settings.ts';
import { problemLine, UsageError } from '../../src/cli/usage-error.ts';
import { manifestJsonSchema } from '../../src/manifest/manifest-json-schema.ts';
import { folderWith } from '../manifest/folder.ts';
import { planFiles } from '../plan/plan-files.ts';

/** What the program and the JSON Schema say of one text: nothing where they accept it. */
export interface BothSides {
  readonly program: readonly string[];
  readonly schema: readonly string[];
}

const ajv = new Ajv({ strict: false, allErrors: true });
const manifest = ajv.compile(manifestJsonSchema(registry));
const config = ajv.compile(configJsonSchema(registry));

/** Both sides of a manifest, with the files that it names beside it. */
export async function sidesOfManifest(text: string, files: Readonly<Record<string, string>> = {}): Promise<BothSides> {
  const { lines } = await planFiles({ 'm.yaml': text, ...files });
  return { program: lines, schema: said(manifest, text) };
}

/** Both sides of a configuration. */
export async function sidesOfConfig(text: string): Promise<BothSides> {
  const folder = await folderWith({ 'nightshift.config.yaml': text });
  const given = { configFlag: null, startDir: folder, cwd: folder, env: {}, registry, flags: { db: null, out: null } };
  const program = await loadSettings(given).then(
    () => [],
    (error: unknown) => {
      if (!(error instanceof UsageError)) throw error;
      return error.problems.map(problemLine);
    },
  );
  return { program, schema: said(config, text) };
}

/** An editor sees what a reader of YAML sees. */
function said(validate: typeof manifest, text: string): readonly string[] {
  return validate(parse(text)) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message}`);
}
