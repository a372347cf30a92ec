import type { Command } from '../command.ts';
import { SCHEMA_NAMES } from '../nightshift.ts';
import { parseWordFlag } from '../options/parse-flags.ts';
import { engineHere } from './batch-command.ts';

/** `nightshift schema`: the JSON Schema of what people write, so that editors complete and check it. */
export const schemaCommand: Command = {
  name: 'schema [what]',
  describe: 'The JSON Schema of a manifest or of the configuration, for editors',
  builder: (yargs) =>
    yargs
      .positional('what', { type: 'string', describe: `${SCHEMA_NAMES.join(' or ')}; default manifest` })
      .example('$0 schema > nightshift.schema.json', 'Then begin a manifest with: # yaml-language-server: $schema=nightshift.schema.json')
      .example('$0 schema config', 'The same for nightshift.config.yaml'),
  run: async (context) => {
    const { flags, output } = context;
    const what = parseWordFlag('<what>', flags.text('what') ?? 'manifest', SCHEMA_NAMES);
    const schema = await (await engineHere(context)).schema(what);
    await output.text(JSON.stringify(schema, null, 2));
    await output.document({ schema_version: 1, schema });
    return 0;
  },
};
