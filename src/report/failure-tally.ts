import { escapeTerminal } from './escape-terminal.ts';
import type { FailureGroup } from './figures.ts';
import type { JobMoney } from './job-money.ts';
import { messagePattern } from './message-pattern.ts';
import type { ReportJob } from './report-input.ts';

/** Different causes kept; beyond it they are counted together by class, so that hostile messages cannot fill the memory. */
const MOST_GROUPS = 200;
const MOST_EXAMPLES = 5;
const BEYOND = 'other messages, each too rare to list';

type Growing = { -readonly [K in keyof FailureGroup]: FailureGroup[K] } & {
  charged: { yes: number; no: number; unknown: number };
  examples: string[];
  varies: boolean;
  pattern: string;
};

/** Groups failed and rejected jobs by provider, class and message pattern. */
export interface FailureTally {
  add(job: ReportJob, money: JobMoney, unit: string): void;
  done(): FailureGroup[];
}

/** An empty tally. */
export function failureTally(): FailureTally {
  const groups = new Map<string, Growing>();
  return {
    add(job, money, unit) {
      const failure = job.error ?? { class: 'other' as const, message: 'no reason is recorded', charged: 'unknown' as const };
      const message = escapeTerminal(failure.message) || 'no message';
      let pattern = messagePattern(message);
      let key = JSON.stringify([job.provider, failure.class, pattern]);
      if (!groups.has(key) && groups.size >= MOST_GROUPS) {
        pattern = BEYOND;
        key = JSON.stringify([job.provider, failure.class, BEYOND, null]);
      }
      const group = groups.get(key) ?? begin(job, unit, failure.class, pattern === BEYOND ? BEYOND : message, pattern);
      groups.set(key, group);
      group.varies ||= message !== group.message;
      group.jobs += 1;
      group.charged[failure.charged] += 1;
      group.net += money.net;
      group.unknown += money.atStake ?? 0;
      if (group.examples.length < MOST_EXAMPLES) group.examples.push(job.id);
    },
    done() {
      const sorted = [...groups.values()].sort((a, b) => b.jobs - a.jobs || (a.message < b.message ? -1 : 1));
      return sorted.map(({ varies, pattern, ...group }) => ({ ...group, message: varies ? pattern : group.message }));
    },
  };
}

function begin(job: ReportJob, unit: string, failureClass: FailureGroup['class'], message: string, pattern: string): Growing {
  const charged = { yes: 0, no: 0, unknown: 0 };
  return {
    provider: job.provider,
    unit,
    class: failureClass,
    message,
    pattern,
    varies: false,
    jobs: 0,
    charged,
    net: 0,
    unknown: 0,
    examples: [],
  };
}
