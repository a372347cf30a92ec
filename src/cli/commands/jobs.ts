import type { Command } from '../command.ts';
import type { JobEntry } from '../documents.ts';
import { parseCountFlag } from '../options/parse-flags.ts';
import { addSelectOptions, readSelection } from '../options/select-options.ts';
import { STORED_CHANGES } from '../options/selector.ts';
import { JOBS_HEAD, jobLine } from '../render/job-line.ts';
import { addBatch, engineHere, readBatch } from './batch-command.ts';

/** `nightshift jobs`, also `ls`: the jobs of a batch, read and printed one by one. */
export const jobsCommand: Command = {
  name: 'jobs [batch]',
  describe: 'The jobs of a batch',
  builder: (yargs) =>
    addSelectOptions(addBatch(yargs), STORED_CHANGES)
      .option('limit', { type: 'string', requiresArg: true, describe: 'Only so many' })
      .example('$0 jobs --limit 20', 'The first 20')
      .example('$0 jobs --select "state:failed state:rejected"', 'What went wrong')
      .example('$0 jobs --json', 'Everything that is known of every job'),
  run: async (context) => {
    const { flags, output } = context;
    const limit = flags.parsed('limit', (flag, text) => parseCountFlag(flag, text, { min: 1, max: 1_000_000_000 }));
    const selection = readSelection(context, STORED_CHANGES);
    const batch = readBatch(context);
    const nightshift = await engineHere(context);
    const list = await nightshift.jobs({ batch, limit, selection });
    if (output.mode !== 'text') {
      await output.listDocument({ schema_version: 1, batch: list.batch }, 'jobs', list.jobs);
      return 0;
    }
    await output.text(output.dataColors.bold(JOBS_HEAD));
    let shown = 0;
    for await (const job of list.jobs as AsyncIterable<JobEntry>) {
      await output.text(jobLine(job));
      shown += 1;
    }
    if (shown < list.total) {
      const all = `${list.total} jobs of ${list.batch}`;
      // Only a list that was cut needs the jobs read once more.
      const matching = selection && shown === limit ? list.matching() : shown;
      if (matching > shown) output.note(`${shown} of ${matching} that match, of ${all}`);
      else output.note((shown === 0 ? list.whyNone() : null) ?? `${shown} of ${all}`);
    }
    return 0;
  },
};
