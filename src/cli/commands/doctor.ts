import type { Command } from '../command.ts';
import { exitCodeFor } from '../exit-codes.ts';
import type { Finding } from '../finding.ts';
import { renderFindings } from '../render/findings.ts';
import { engineHere } from './batch-command.ts';

/** What a script must react to first: a key that is refused, a network that is down, then what is for the user to put right. */
const WORST = [exitCodeFor(['unexpected']), exitCodeFor(['auth']), exitCodeFor(['outage'])];

/** `nightshift doctor`: looks at everything that a run needs, and says what to do. */
export const doctorCommand: Command = {
  name: 'doctor',
  describe: 'Check the set-up: what is missing or wrong, and how to put it right',
  builder: (yargs) =>
    yargs
      .example('$0 doctor', 'Before the first night')
      .example('$0 doctor --json', 'For a script; the exit code is that of the worst finding'),
  run: async (context) => {
    const findings = await (await engineHere(context)).doctor();
    await context.output.text(renderFindings(findings, context.output.dataColors));
    await context.output.document({ schema_version: 1, findings });
    return worst(findings);
  },
};

function worst(findings: readonly Finding[]): number {
  const codes = findings.map(({ exit_code: code }) => code).filter((code) => code !== 0);
  return WORST.find((code) => codes.includes(code)) ?? codes[0] ?? 0;
}
