import { formatJobs } from '../report/format.ts';
import { ask, type Terminal } from './confirm-spend.ts';
import type { PilotDecision } from './nightshift.ts';
import type { Output } from './output/output.ts';
import { renderPilot } from './render/pilot-table.ts';

/** With `--yes` the rest follows by itself when no more than this share of the pilot went wrong. */
const BEARABLE = 0.2;

/** Shows what a pilot measured and decides on the rest: a person at the terminal does, or `--yes` where little went wrong; else it stays queued. */
export function pilotDecision(yes: boolean, terminal: Terminal, output: Output): PilotDecision {
  return async (pilot, signal) => {
    output.note(renderPilot(pilot, output.colors));
    if (yes) {
      const wrong = (pilot.failed + pilot.unknown) / pilot.jobs;
      if (wrong <= BEARABLE) return 'yes';
      output.warn(`${Math.round(wrong * 100)} % of the pilot went wrong, and --yes goes on up to ${BEARABLE * 100} %.`);
      return 'no';
    }
    if (terminal.input.isTTY !== true || terminal.output.isTTY !== true) {
      output.note('Nobody is at the terminal to be asked whether to go on; --yes goes on by itself.');
      return 'no';
    }
    return ask(`Go on with the other ${formatJobs(pilot.left)}? [y/N] `, terminal, signal);
  };
}
