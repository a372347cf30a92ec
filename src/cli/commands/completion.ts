import type { Command, CommandContext } from '../command.ts';
import { completionScript, SHELLS } from '../completion-script.ts';
import { parseWordFlag } from '../options/parse-flags.ts';
import { UsageError } from '../usage-error.ts';
import { engineHere } from './batch-command.ts';

const NAMES = ['batches', 'jobs'] as const;

/** `nightshift completion`: the script for a shell. It asks back for the names that the queue holds. */
export const completionCommand: Command = {
  name: 'completion <what>',
  describe: 'Completion for bash, zsh or fish',
  builder: (yargs) =>
    yargs
      .positional('what', { type: 'string', describe: `${SHELLS.join(', ')}; or ${NAMES.join(', ')}, which the scripts ask for` })
      .example('$0 completion bash > ~/.local/share/bash-completion/completions/nightshift', 'bash, from the next shell on')
      .example('$0 completion zsh > ~/.zfunc/_nightshift', 'zsh, where fpath has ~/.zfunc')
      .example('$0 completion fish > ~/.config/fish/completions/nightshift.fish', 'fish'),
  run: async (context) => {
    const { flags, output } = context;
    if (output.mode === 'events') throw new UsageError('a completion script is no list of events');
    const what = parseWordFlag('<what>', flags.text('what') ?? '', [...SHELLS, ...NAMES]);
    if (what === 'batches' || what === 'jobs') {
      const names = await namesOf(context, what);
      if (names.length > 0) await output.text(names.join('\n'));
      await output.document({ schema_version: 1, [what]: names });
      return 0;
    }
    const script = await completionScript(what, context.commands);
    await output.text(script);
    await output.document({ schema_version: 1, completion: { shell: what, script } });
    return 0;
  },
};

/** Names that need no quotes; none where there is no queue, or where anything is wrong: a shell that completes must not complain. */
async function namesOf(context: CommandContext, what: (typeof NAMES)[number]): Promise<readonly string[]> {
  try {
    const nightshift = await engineHere(context);
    return (await nightshift.names(what)).filter((name) => /^[\p{L}\p{N}._\-/:@+]+$/u.test(name));
  } catch {
    return [];
  }
}
