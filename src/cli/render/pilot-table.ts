import type { PilotDocument } from '../../plan/project-pilot.ts';
import { formatAmount, formatCount, formatJobs } from '../../report/format.ts';
import { toMicros } from '../../values/money.ts';
import { type Colors, plainTable } from './plain-table.ts';

/** The one screen after a pilot: what a job of each model was charged, what went wrong, what the rest comes to, and what is left then. */
export function renderPilot(pilot: Omit<PilotDocument, 'decision'>, colors: Colors): string {
  const wrong = [
    ...(pilot.failed > 0 ? [`${formatCount(pilot.failed)} failed`] : []),
    ...(pilot.unknown > 0 ? [`${formatCount(pilot.unknown)} unknown`] : []),
  ];
  const rows = pilot.models.map((model) => [
    model.model,
    formatCount(model.jobs),
    formatCount(model.failed),
    amount(model.measured),
    formatCount(model.left),
    `${amount(model.projected)}${model.by === 'quotes' && model.left > 0 ? ' (by quotes)' : ''}`,
  ]);
  return [
    colors.bold(
      `Pilot: ${formatJobs(pilot.jobs)}, ${wrong.length === 0 ? 'none failed' : wrong.join(', ')}; ${formatCount(pilot.left)} to go`,
    ),
    '',
    plainTable(['Model', 'Pilot', 'Failed', 'Charged each', 'Left', 'Rest'], rows, [1, 2, 3, 4, 5], colors),
    '',
    ...Object.entries(pilot.providers).map(
      ([name, { unit, charged, projected, balance, balance_after }]) =>
        `${name}: ${amount(charged)} ${unit} for the pilot, about ${amount(projected)} for the rest; balance ${amount(balance)}, about ${amount(balance_after)} after`,
    ),
  ].join('\n');
}

function amount(units: number | null): string {
  return units === null ? 'not known' : formatAmount(toMicros(units));
}
