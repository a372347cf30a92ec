import type { Command } from '../command.ts';
import { parseBatchName } from '../options/parse-flags.ts';
import { renderJob } from '../render/job-sheet.ts';
import { engineHere } from './batch-command.ts';

/** `nightshift show`: one job with its attempts, requests, answers, money and files. */
export const showCommand: Command = {
  name: 'show <job>',
  describe: 'One job: its attempts, requests, answers, money and files, and what to do next',
  builder: (yargs) =>
    yargs
      .positional('job', { type: 'string', describe: 'The id of the job, as `nightshift jobs` lists it' })
      .option('batch', { type: 'string', requiresArg: true, describe: 'Its batch; default: the batch last run' })
      .option('sandbox', { type: 'boolean', describe: 'A job of run --sandbox' })
      .example('$0 show mug-01-white-studio', 'Why it stands where it stands')
      .example('$0 show mug-01-film --batch spring-catalog --json', 'Everything that is kept of it'),
  run: async (context) => {
    const { flags, output, width } = context;
    const batch = flags.text('batch');
    const nightshift = await engineHere(context);
    const document = await nightshift.show(flags.text('job') ?? '', batch === null ? null : parseBatchName(batch));
    await output.text(renderJob(document.job, { width, colors: output.dataColors }));
    await output.document(document);
    return 0;
  },
};
