import type { ProviderFigures, ReportFigures, SumGap, Sums } from './figures.ts';
import { formatAmount, formatCount, formatJobs, formatMoney } from './format.ts';
import type { Section } from './section.ts';

const NOT_KNOWN = '–';

/** Money by model, a table a provider, and the balances against the ledger. */
export function costSections(figures: ReportFigures): Section[] {
  return [...figures.providers.map(byModel), balances(figures)];
}

function byModel(provider: ProviderFigures): Section {
  const { unit, models } = provider;
  const gone = provider.removed > 0;
  const counted = (field: 'done' | 'failed' | 'removed') => formatCount(models.reduce((sum, model) => sum + model[field], 0));
  return {
    title: `Cost by model: ${provider.name}, in ${unit}`,
    columns: [
      { title: 'Model' },
      { title: 'Jobs', numeric: true },
      { title: 'Done', numeric: true },
      { title: 'Failed', numeric: true, dull: true },
      ...(gone ? [{ title: 'Removed', numeric: true }] : []),
      { title: 'Quoted', numeric: true },
      { title: 'Charged', numeric: true },
      { title: 'Refunded', numeric: true, dull: true },
      { title: 'Net', numeric: true },
      { title: 'Unknown', numeric: true, dull: true },
    ],
    rows: models.map((model) => [
      model.model,
      formatCount(model.jobs),
      formatCount(model.done),
      formatCount(model.failed),
      ...(gone ? [formatCount(model.removed)] : []),
      quoted(model),
      ...amounts(model),
    ]),
    total:
      models.length === 0
        ? null
        : [
            'Total',
            formatCount(provider.jobs),
            counted('done'),
            counted('failed'),
            ...(gone ? [counted('removed')] : []),
            quoted(provider),
            ...amounts(provider),
          ],
    notes: [...removedInWords(provider), ...unpriced(provider), ...provider.gaps.map((gap) => gapInWords(gap, unit))],
    more: null,
  };
}

function amounts(sums: Sums): string[] {
  return [sums.charged, sums.refunded, sums.net, sums.unknown].map(formatAmount);
}

function quoted(sums: Sums): string {
  return sums.jobs > 0 && sums.unpricedJobs === sums.jobs ? 'not known' : formatAmount(sums.quoted);
}

function removedInWords({ removed }: ProviderFigures): string[] {
  if (removed === 0) return [];
  const what = `${formatJobs(removed)} that the manifest no longer has`;
  return [
    `Removed: ${what}, paid for before. What was quoted, charged and refunded counts here, and what ${removed === 1 ? 'it' : 'they'} made under Result files; ${removed === 1 ? 'it is' : 'they are'} not among the jobs that are done or failed, nor in the times.`,
  ];
}

function unpriced({ unpricedJobs }: ProviderFigures): string[] {
  return unpricedJobs === 0 ? [] : [`The quote leaves out ${formatJobs(unpricedJobs)} whose price is not known.`];
}

function gapInWords({ field, ledger, jobs, difference }: SumGap, unit: string): string {
  const sums = `The ledger has ${formatMoney(ledger, unit)} ${field}, the jobs listed add up to ${formatMoney(jobs, unit)}`;
  return `${sums}: ${formatMoney(Math.abs(difference), unit)} ${difference > 0 ? 'less' : 'more'} in the jobs. The totals are the ledger's.`;
}

function balances({ providers }: ReportFigures): Section {
  const amount = (micros: number | null) => (micros === null ? NOT_KNOWN : formatAmount(micros));
  return {
    title: 'Balance against what is booked',
    columns: [
      { title: 'Provider' },
      { title: 'Before', numeric: true },
      { title: 'After', numeric: true },
      { title: 'Net booked', numeric: true },
      { title: 'Difference', numeric: true },
      { title: 'Unit' },
    ],
    rows: providers.map(({ name, unit, net, balance }) => [
      name,
      amount(balance.before),
      amount(balance.after),
      formatAmount(net),
      amount(balance.difference),
      unit,
    ]),
    total: null,
    notes: providers.map(({ name, balance }) => `${name}: ${balance.explanation}`),
    more: null,
  };
}
