import type { Command } from './command.ts';

/** A command before it is loaded: what the overview shows. */
export interface CommandEntry {
  /** As yargs writes it; must be the `name` of the loaded command. */
  readonly name: string;
  readonly aliases: readonly string[];
  /** The `describe` of the loaded command. */
  readonly describe: string;
  load(): Promise<Command>;
}

/** Every command. Loaded when it is called, so that `--help` and `--version` start at once. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'run <manifest>',
    aliases: [],
    describe: 'Make everything that the manifest asks for and is not made yet',
    load: async () => (await import('./commands/run.ts')).runCommand,
  },
  {
    name: 'plan <manifest>',
    aliases: ['estimate'],
    describe: 'What a run would do, cost and take; changes nothing and needs no key',
    load: async () => (await import('./commands/plan.ts')).planCommand,
  },
  {
    name: 'resume [batch]',
    aliases: [],
    describe: 'Go on with a stored batch, without its manifest',
    load: async () => (await import('./commands/resume.ts')).resumeCommand,
  },
  {
    name: 'retry [batch]',
    aliases: [],
    describe: 'Put failed jobs back in the queue for the next run or resume',
    load: async () => (await import('./commands/retry.ts')).retryCommand,
  },
  {
    name: 'regenerate [job..]',
    aliases: [],
    describe: 'Queue another paid attempt of finished jobs; the old files are kept',
    load: async () => (await import('./commands/regenerate.ts')).regenerateCommand,
  },
  {
    name: 'cancel [batch]',
    aliases: [],
    describe: 'Take queued jobs out of the queue, also while a run goes on',
    load: async () => (await import('./commands/cancel.ts')).cancelCommand,
  },
  {
    name: 'download [batch]',
    aliases: [],
    describe: 'Fetch files that are paid for and not on disk; never submits',
    load: async () => (await import('./commands/download.ts')).downloadCommand,
  },
  {
    name: 'verify [batch]',
    aliases: [],
    describe: 'Compare the files on disk with their recorded size, sha-256 and structure',
    load: async () => (await import('./commands/verify.ts')).verifyCommand,
  },
  {
    name: 'reconcile [batch]',
    aliases: [],
    describe: "Settle jobs of unknown outcome from the provider's history, or by your word",
    load: async () => (await import('./commands/reconcile.ts')).reconcileCommand,
  },
  {
    name: 'status [batch]',
    aliases: [],
    describe: 'Counts, money and state of a batch',
    load: async () => (await import('./commands/status.ts')).statusCommand,
  },
  {
    name: 'jobs [batch]',
    aliases: ['ls'],
    describe: 'The jobs of a batch',
    load: async () => (await import('./commands/jobs.ts')).jobsCommand,
  },
  {
    name: 'show <job>',
    aliases: [],
    describe: 'One job: its attempts, requests, answers, money and files, and what to do next',
    load: async () => (await import('./commands/show.ts')).showCommand,
  },
  {
    name: 'report [batch]',
    aliases: [],
    describe: 'The cost report of a batch',
    load: async () => (await import('./commands/report.ts')).reportCommand,
  },
  {
    name: 'review [batch]',
    aliases: [],
    describe: 'The contact sheet in the browser: pick, reject, note',
    load: async () => (await import('./commands/review.ts')).reviewCommand,
  },
  {
    name: 'watch [batch]',
    aliases: [],
    describe: 'A running batch in the browser: progress, money, limits, events',
    load: async () => (await import('./commands/watch.ts')).watchCommand,
  },
  {
    name: 'backup <file>',
    aliases: [],
    describe: 'Copy the queue into a file, also while a run goes on',
    load: async () => (await import('./commands/backup.ts')).backupCommand,
  },
  {
    name: 'balance',
    aliases: [],
    describe: 'What each account holds',
    load: async () => (await import('./commands/balance.ts')).balanceCommand,
  },
  {
    name: 'models [name]',
    aliases: [],
    describe: 'The models that a manifest may name, their parameters and what they cost',
    load: async () => (await import('./commands/models.ts')).modelsCommand,
  },
  {
    name: 'history',
    aliases: [],
    describe: 'What the accounts generated, from the API, the newest first',
    load: async () => (await import('./commands/history.ts')).historyCommand,
  },
  {
    name: 'transactions',
    aliases: [],
    describe: 'The bookings of the accounts, from the API, the newest first',
    load: async () => (await import('./commands/transactions.ts')).transactionsCommand,
  },
  {
    name: 'upload <file..>',
    aliases: [],
    describe: 'Upload images and print their addresses, one a line; costs nothing',
    load: async () => (await import('./commands/upload.ts')).uploadCommand,
  },
  {
    name: 'account <action..>',
    aliases: [],
    describe: 'The profile and its watermark; registration, login and new keys as far as the provider allows them',
    load: async () => (await import('./commands/account.ts')).accountCommand,
  },
  {
    name: 'init [folder]',
    aliases: [],
    describe: 'A starter manifest and configuration, for your own pictures with --from-dir',
    load: async () => (await import('./commands/init.ts')).initCommand,
  },
  {
    name: 'doctor',
    aliases: [],
    describe: 'Check the set-up: what is missing or wrong, and how to put it right',
    load: async () => (await import('./commands/doctor.ts')).doctorCommand,
  },
  {
    name: 'schema [what]',
    aliases: [],
    describe: 'The JSON Schema of a manifest or of the configuration, for editors',
    load: async () => (await import('./commands/schema.ts')).schemaCommand,
  },
  {
    name: 'completion <what>',
    aliases: [],
    describe: 'Completion for bash, zsh or fish',
    load: async () => (await import('./commands/completion.ts')).completionCommand,
  },
  {
    name: 'sandbox',
    aliases: [],
    describe: 'A local stand-in for both APIs: real files, no key, no money',
    load: async () => (await import('./commands/sandbox.ts')).sandboxCommand,
  },
];
