import { escapeTerminal } from '../../report/escape-terminal.ts';
import { formatAmount, formatBytes, formatMoney } from '../../report/format.ts';
import type { Json } from '../../values/json.ts';
import { toMicros } from '../../values/money.ts';
import type { ShownAttempt, ShownJob } from '../show-document.ts';
import { hangingLine } from './hanging-line.ts';
import type { Colors } from './plain-table.ts';

/** A longer text is cut on the terminal; `--json` has all of it. */
const LONGEST = 600;

/** One job for people. Every text from outside (prompts, answers, messages) is made safe for a terminal. */
export function renderJob(job: ShownJob, style: { readonly width: number; readonly colors: Colors }): string {
  const { colors } = style;
  const facts: [string, string | null][] = [
    ['Model', job.model],
    ['Why', job.why],
    ...job.next.map((each, index): [string, string] => [index === 0 ? 'Next' : '', each]),
    ['Prompt', job.asked_prompt === null ? text(job.params.prompt) : `${job.asked_prompt} (asked for in the place of the manifest's)`],
    ['Params', pairs(Object.entries(job.params).filter(([name]) => name !== 'prompt'))],
    ['Vars', pairs(Object.entries(job.vars))],
    ['Tags', job.tags.join(', ')],
    ['Inputs', job.local_inputs.map(({ field, path }) => `${field}: ${path}`).join(', ')],
    [
      'Money',
      `${units(job.net, job.unit)} net; ${job.quote === null ? 'the price of an attempt is not known' : `${units(job.quote, job.unit)} an attempt`}`,
    ],
    ['Warning', job.warning],
    ['Output', job.output],
  ];
  const title = `${colors.bold(escapeTerminal(job.id))}  ${job.state}${job.removed ? ', removed' : ''}  in ${escapeTerminal(job.batch)}`;
  const lines = [title, ...lined(facts, style.width)];
  for (const attempt of job.attempts) lines.push('', ...attemptLines(attempt, job, style));
  return lines.join('\n');
}

function attemptLines(
  attempt: ShownAttempt,
  job: ShownJob,
  { width, colors }: { readonly width: number; readonly colors: Colors },
): string[] {
  const replaced = job.regenerations.find((each) => each.attempt === attempt.attempt);
  const facts: [string, string | null][] = [
    ['Sent', attempt.submitted_at ?? `intended ${attempt.intent_at}`],
    ['Ended', attempt.completed_at],
    ['Ids', pairs([...attempt.job_ids.map((id): [string, Json] => ['id', id]), ...Object.entries(attempt.other_ids)])],
    ['Request', text(attempt.request)],
    ...attempt.answers.map((answer): [string, string] => [
      answer.of === 'submit' ? 'Answer' : 'Poll',
      `${answer.status} ${text(answer.body)}`,
    ]),
    ['Error', attempt.error === null ? null : `${attempt.error.class}: ${attempt.error.message}; charged: ${attempt.error.charged}`],
    ...attempt.ledger.map(({ at, kind, amount, note }): [string, string] => [
      'Ledger',
      `${at} ${kind} ${formatAmount(toMicros(amount))}, ${note}`,
    ]),
    ['Refund', attempt.refund_open ? refundLine(attempt) : null],
    ...attempt.files.map((file): [string, string] => [
      'File',
      file.path === null
        ? `${file.state}: ${file.url}`
        : `${file.path}, ${formatBytes(file.bytes ?? 0)}${file.on_disk === false ? ', no longer on disk' : ''}`,
    ]),
    ['Replaced', replaced ? `at ${replaced.at}${replaced.note === null ? '' : `: ${replaced.note}`}` : null],
  ];
  return [colors.bold(`Attempt ${attempt.attempt}: ${attempt.state}`), ...lined(facts, width)];
}

/** What was given up may never have been taken: nobody has promised anything back then. */
function refundLine({ error }: ShownAttempt): string {
  return error?.class === 'transport' ? 'not promised; booked when the account shows that nothing was taken' : 'promised, not seen yet';
}

/** Facts under each other; those that say nothing are left out. */
function lined(facts: readonly (readonly [string, string | null])[], width: number): string[] {
  return facts.flatMap(([name, said]) => {
    const safe = escapeTerminal(said ?? '');
    if (safe === '') return [];
    const cut = safe.length > LONGEST ? `${safe.slice(0, LONGEST)}… (all of it: --json)` : safe;
    return [name === '' ? hangingLine(cut, width - 10).replace(/^/gm, ' '.repeat(10)) : hangingLine(`${name.padEnd(8)}  ${cut}`, width)];
  });
}

function pairs(entries: readonly (readonly [string, Json])[]): string {
  return entries.map(([name, value]) => `${name}=${text(value)}`).join('  ');
}

function text(value: Json | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function units(amount: number, unit: string): string {
  return formatMoney(toMicros(amount), unit);
}
