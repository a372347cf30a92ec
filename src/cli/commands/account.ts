import { shellWord } from '../../report/command-line.ts';
import type { Credentials, ProfileItem } from '../account.ts';
import { askPassword } from '../ask-password.ts';
import type { Command, CommandContext } from '../command.ts';
import { addProvider } from '../options/account-options.ts';
import { parseWordFlag } from '../options/parse-flags.ts';
import { renderProfile } from '../render/account-lists.ts';
import { UsageError } from '../usage-error.ts';
import { engineHere } from './batch-command.ts';

const ACTIONS = ['profile', 'register', 'login', 'create-key'] as const;
type Action = (typeof ACTIONS)[number];

/** The flags that belong to each action; elsewhere they would be without effect. */
const FLAGS: Readonly<Record<Action, readonly string[]>> = {
  profile: ['watermark', 'no-watermark'],
  register: ['username', 'email'],
  login: ['username'],
  'create-key': ['name', 'username'],
};

/** `nightshift account`: the profile, and keys as the API reference documents them. */
export const accountCommand: Command = {
  name: 'account <action..>',
  describe: 'The profile and its watermark; registration, login and new keys as far as the provider allows them',
  builder: (yargs) =>
    addProvider(yargs)
      .positional('action', { type: 'string', array: true, describe: `${ACTIONS.join(', ')}; profile set` })
      .option('watermark', { type: 'string', requiresArg: true, describe: 'profile set: the text that everything made bears' })
      .option('no-watermark', { type: 'boolean', describe: 'profile set: no watermark' })
      .option('username', { type: 'string', requiresArg: true, describe: 'Who registers or logs in' })
      .option('email', { type: 'string', requiresArg: true, describe: 'register: the address' })
      .option('name', { type: 'string', requiresArg: true, describe: 'create-key: what the key is called; default nightshift' })
      .example('$0 account profile', 'Who the key belongs to')
      .example('$0 account profile set --watermark "My Brand"', 'For everything made from now on')
      .example('$0 account create-key --username me < password.txt', 'Prints the new key, this once')
      .epilogue(
        'A password comes from the prompt, unseen, or from the first line of standard input; a login token from ULAZAI_TOKEN. Neither has a flag: a command line can be seen by others.',
      ),
  run: async (context) => {
    const { flags } = context;
    const [first = '', change = null, ...more] = flags.list('action');
    const action = parseWordFlag('<action>', first, ACTIONS);
    if (more.length > 0 || (change !== null && (action !== 'profile' || change !== 'set')))
      throw new UsageError(`${JSON.stringify([first, change, ...more].join(' '))}: only \`account profile set\` takes a second word`);
    for (const flag of Object.values(FLAGS).flat()) {
      const isGiven = flag === 'no-watermark' ? flags.on(flag) : flags.text(flag) !== null;
      if (isGiven && !FLAGS[action].includes(flag)) throw new UsageError(`--${flag} has no effect on account ${action}`);
    }
    if (action === 'create-key') return createKey(context);
    if (action === 'profile') return show(context, await profile(context, change === 'set'));
    return enter(context, action);
  },
};

async function profile(context: CommandContext, set: boolean): Promise<ProfileItem> {
  const { flags } = context;
  const text = flags.text('watermark');
  const off = flags.on('no-watermark');
  if (set !== (text !== null || off)) {
    throw new UsageError(
      set
        ? 'account profile set: give --watermark TEXT or --no-watermark'
        : 'to change the watermark write: account profile set --watermark TEXT',
    );
  }
  if (text !== null && off) throw new UsageError('--watermark and --no-watermark exclude each other');
  if (text !== null && text.trim() === '') throw new UsageError('--watermark: a text is needed; --no-watermark turns it off');
  const { account } = await engineHere(context);
  return set ? account.setWatermark(flags.text('provider'), text) : account.profile(flags.text('provider'));
}

async function enter(context: CommandContext, action: 'register' | 'login'): Promise<number> {
  const { account } = await engineHere(context);
  const who = credentials(context, action);
  if (who === null) throw new UsageError('--username is needed');
  const item = await account[action](context.flags.text('provider'), who);
  context.output.note(action === 'register' ? 'The account is made.' : 'Name and password are right.');
  context.output.note(`A key: \`${context.suggest('account create-key', null, '--username', shellWord(who.username))}\``);
  return show(context, item);
}

async function createKey(context: CommandContext): Promise<number> {
  const { flags, output } = context;
  const { account } = await engineHere(context);
  const name = flags.text('name') ?? 'nightshift';
  const key = await account.createKey(flags.text('provider'), name, credentials(context, 'create-key'));
  await output.text(key.key);
  output.note('This is the only time the key is shown. Put it into .env (chmod 600 .env): nightshift stores it nowhere.');
  await output.document({ schema_version: 1, key });
  return 0;
}

function credentials(context: CommandContext, action: Action): Credentials | null {
  const { flags, terminal } = context;
  const username = flags.text('username');
  if (username === null) return null;
  return { username, email: flags.text('email'), password: () => askPassword(terminal, action === 'register') };
}

async function show({ output }: CommandContext, item: ProfileItem): Promise<number> {
  await output.text(renderProfile(item));
  await output.document({ schema_version: 1, profile: item });
  return 0;
}
