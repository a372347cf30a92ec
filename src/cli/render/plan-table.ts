import type { PlanCost } from '../../plan/plan-document.ts';
import { escapeTerminal } from '../../report/escape-terminal.ts';
import { formatAmount, formatCount, formatJobs, formatRange } from '../../report/format.ts';
import { toMicros } from '../../values/money.ts';
import type { PlanResult } from '../documents.ts';
import { hangingLine } from './hanging-line.ts';
import { type Colors, plainTable } from './plain-table.ts';

/** A plan for people: what changes, what it costs by model, whether it can be paid, how long it takes. */
export function renderPlan(
  { document, details, unpricedToPay = {}, whyNoBalance = {} }: PlanResult,
  style: { readonly width: number; readonly colors: Colors },
): string {
  const { colors } = style;
  const { jobs, cost, time } = document;
  const changes = (['new', 'changed', 'missing', 'unchanged', 'removed'] as const)
    .filter((kind) => jobs[kind] > 0)
    .map((kind) => `${formatCount(jobs[kind])} ${kind === 'missing' ? 'with missing files' : kind}`);
  const lines = [
    `${colors.bold(`Plan of ${escapeTerminal(document.batch)}`)}: ${formatJobs(jobs.total)}${changes.length === 0 ? '' : ` (${changes.join(', ')})`}`,
    ...details.map(escapeTerminal),
  ].map((line) => hangingLine(line, style.width));
  const say = (line: string): void => void lines.push(hangingLine(line, style.width));
  // A column of its own only where it says something: where part of it is paid already.
  const differs = Object.values(cost).some(({ by_model }) => by_model.some((model) => model.to_pay !== model.total));
  const rows = Object.values(cost).flatMap((provider) =>
    provider.by_model.map((model) => [
      model.model,
      formatCount(model.jobs),
      model.unit_price !== null ? amount(model.unit_price) : model.total === null ? 'not known' : 'varies',
      model.total === null ? 'not known' : `${amount(model.total)} ${provider.unit}`,
      ...(differs ? [model.to_pay === null ? 'not known' : `${amount(model.to_pay)} ${provider.unit}`] : []),
    ]),
  );
  if (rows.length > 0)
    lines.push('', plainTable(['Model', 'Jobs', 'Each', 'Total', ...(differs ? ['To pay'] : [])], rows, [1, 2, 3, 4], colors), '');
  for (const [name, provider] of Object.entries(cost)) {
    const why = whyNoBalance[name] ? `: ${whyNoBalance[name]}` : '';
    const balance = provider.balance === null ? `balance not known${why}` : `balance ${amount(provider.balance)}`;
    say(`${name}: ${colors.bold(toPay(provider, unpricedToPay[name] ?? 0))} to pay, ${balance}`);
    if (provider.unpriced_jobs > 0) {
      say(
        colors.yellow(
          `${name}: the price of ${formatJobs(provider.unpriced_jobs)} is not known and not in these sums; \`prices\` in the configuration gives one`,
        ),
      );
    }
    const cap = capLine(name, provider, document.pilot !== undefined);
    if (cap !== null) say(cap.over ? colors.red(cap.line) : cap.line);
    if (provider.shortfall !== null && provider.shortfall > 0) {
      say(colors.red(`${name}: ${amount(provider.shortfall)} ${provider.unit} short: run refuses, unless with --partial`));
    }
  }
  if (time.seconds > 0)
    say(`About ${formatRange(time.seconds_low * 1000, time.seconds_high * 1000)}, limited by ${escapeTerminal(time.limited_by)}`);
  return lines.join('\n');
}

/** What the cap leaves; null without one. */
function capLine(
  name: string,
  { unit, to_pay, cap, spent }: PlanCost,
  pilot: boolean,
): { readonly line: string; readonly over: boolean } | null {
  if (cap === null) return null;
  const after = spent === null || spent === 0 ? '' : ` after ${amount(spent)} spent or in flight`;
  const left = toMicros(cap) - toMicros(spent ?? 0) - toMicros(to_pay);
  const sum = `${name}: ${amount(to_pay)} to pay${after}`;
  if (left >= 0) return { line: `${sum}: within the cap of ${amount(cap)} ${unit}`, over: false };
  const then = pilot ? 'the rest after the pilot is refused' : '`run` refuses';
  return {
    line: `${sum}: ${formatAmount(-left)} over the cap of ${amount(cap)} ${unit}; ${to_pay === 0 ? 'nothing more is submitted' : `${then}, --partial runs what fits`}`,
    over: true,
  };
}

/** What no price is known of is never taken for free. */
function toPay({ to_pay, unit }: { readonly to_pay: number; readonly unit: string }, unpriced: number): string {
  if (unpriced === 0) return `${amount(to_pay)} ${unit}`;
  return to_pay === 0 ? `unknown ${unit}` : `more than ${amount(to_pay)} ${unit}`;
}

function amount(units: number): string {
  return formatAmount(toMicros(units));
}
