import type { ReportFigures } from './figures.ts';
import { formatBytes, formatCount, formatDuration, formatJobs, formatMoney, formatRate, formatTime } from './format.ts';
import type { SoughtSlots } from './report-input.ts';

const STATES = ['done', 'ready', 'processing', 'submitting', 'queued', 'failed', 'rejected', 'canceled', 'unknown'] as const;

const STOPPED: Readonly<Record<string, string>> = {
  completed: 'finished',
  failures: 'finished, some jobs failed',
  unknown: 'some outcomes are not known',
  budget: 'stopped by the budget',
  no_funds: 'stopped: not enough credits',
  auth: 'stopped: the key was refused',
  outage: 'stopped: provider or network down',
  duration: 'stopped by --max-duration',
  interrupted: 'interrupted, everything is saved',
  not_run: 'not run yet',
  cut_off: 'its last run did not end by itself, nothing is lost',
};

/** What a run's end means, for people; a word that is not in the contract stands as it is. `queued`: jobs that a pilot, a selection or a limit left. */
export function stoppedInWords(stopped: string, queued: number): string {
  if (queued > 0 && (stopped === 'completed' || stopped === 'failures')) {
    const failed = stopped === 'failures' ? ', some jobs failed' : '';
    return `finished what was asked for${failed}; ${formatJobs(queued)} ${queued === 1 ? 'stays' : 'stay'} queued`;
  }
  return Object.hasOwn(STOPPED, stopped) ? (STOPPED[stopped] ?? stopped) : stopped;
}

/** The few lines at the top of a report: each a name and a sentence. */
export function headline(figures: ReportFigures): (readonly [string, string])[] {
  const { jobs, outputs, time, requests, providers } = figures;
  const states = STATES.filter((state) => jobs[state] > 0).map((state) => `${formatCount(jobs[state])} ${state}`);
  const rate = time.jobsPerHour === null ? '' : `, ${formatRate(time.jobsPerHour)} done an hour`;
  const throttled = requests.throttled === 0 ? 'none throttled' : `${formatCount(requests.throttled)} throttled`;
  const gone = figures.removed === 0 ? '' : `; besides ${formatCount(figures.removed)} paid for that the manifest no longer has`;
  return [
    ['Ended', `${figures.endedAt === null ? 'not yet' : formatTime(figures.endedAt)} (${stoppedInWords(figures.stopped, jobs.queued)})`],
    ['Started', formatTime(figures.startedAt)],
    ['Worked', `${formatDuration(time.workedMs)}${rate}`],
    ['Jobs', `${states.length === 0 ? 'none' : `${formatCount(jobs.total)}: ${states.join(', ')}`}${gone}`],
    // Not those of earlier attempts, which `status` counts too.
    ['Result files', `${formatCount(outputs.files)}, ${formatBytes(outputs.bytes)}`],
    [
      'Requests',
      `${counted(requests.submit, 'submission')}, ${counted(requests.poll, 'poll')}, ${formatCount(requests.other)} other, ${throttled}`,
    ],
    ...figures.slots.map((slots) => [`Slots, ${slots.provider}`, soughtInWords(slots)] as const),
    ...providers.map(({ name, net, unit, unknown, reserved }) => {
      const open = [
        reserved === 0 ? '' : `${formatMoney(reserved, unit)} reserved`,
        unknown === 0 ? '' : `${formatMoney(unknown, unit)} unknown`,
      ].filter((part) => part !== '');
      return [`Cost, ${name}`, [`${formatMoney(net, unit)} net`, ...open].join(', ')] as const;
    }),
  ];
}

function counted(count: number, thing: string): string {
  return `${formatCount(count)} ${thing}${count === 1 ? '' : 's'}`;
}

/** `concurrency 7 of 5..10`: the size that was found within the range. */
export function soughtInWords({ name, size, min, max }: SoughtSlots): string {
  return `${name} ${size} of ${min}..${max}`;
}
