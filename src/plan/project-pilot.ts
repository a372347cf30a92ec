import { type Micros, toUnits } from '../values/money.ts';

/** What a pilot showed of one model, and what is left of it. */
export interface PilotFigures {
  readonly provider: string;
  readonly model: string;
  readonly jobs: number;
  readonly done: number;
  /** Failed and rejected. */
  readonly failed: number;
  readonly unknown: number;
  /** Jobs that have ended, what their quotes were (null: not all known), and what was charged less what came back. */
  readonly ended: number;
  readonly quoted: Micros | null;
  readonly net: Micros;
  /** Jobs still to be made besides the pilot, and their quotes (null: not all known). */
  readonly left: number;
  readonly leftQuoted: Micros | null;
}

/** The pilot of `run --json`: what it showed, and what the rest comes to by it. Money in units, null where it is not known. */
export interface PilotDocument {
  readonly jobs: number;
  readonly done: number;
  readonly failed: number;
  readonly unknown: number;
  /** Jobs still to be made besides. */
  readonly left: number;
  readonly models: readonly {
    readonly provider: string;
    readonly model: string;
    readonly jobs: number;
    readonly failed: number;
    /** Charged less refunded, for each job that ended. */
    readonly measured: number | null;
    readonly left: number;
    readonly projected: number | null;
    /** Whether the projection comes from charges, or from quotes since the pilot did not reach the model. */
    readonly by: 'charges' | 'quotes';
  }[];
  readonly providers: Readonly<
    Record<
      string,
      {
        readonly unit: string;
        readonly charged: number;
        readonly projected: number | null;
        readonly balance: number | null;
        readonly balance_after: number | null;
      }
    >
  >;
  /** What became of the rest. */
  readonly decision: 'continued' | 'stopped';
}

/**
 * What the rest costs, by what the pilot was charged. Where all prices are known, the rest's quotes are scaled by charged over quoted, so that a
 * mix of long and short films is not averaged; else the mean of a job counts.
 */
export function projectModel(model: PilotFigures): { readonly amount: Micros | null; readonly by: 'charges' | 'quotes' } {
  if (model.ended === 0) return { amount: model.leftQuoted, by: 'quotes' };
  if (model.leftQuoted !== null && model.quoted !== null && model.quoted > 0)
    return { amount: Math.round(model.leftQuoted * (model.net / model.quoted)), by: 'charges' };
  return { amount: Math.round((model.net / model.ended) * model.left), by: 'charges' };
}

/** The screen after a pilot, as data. `account`: the unit and the balance of a provider, null where it is not known. */
export function pilotDocument(
  models: readonly PilotFigures[],
  account: (provider: string) => { readonly unit: string; readonly balance: Micros | null },
): Omit<PilotDocument, 'decision'> {
  const sum = (figure: (model: PilotFigures) => number, of = models): number => of.reduce((total, model) => total + figure(model), 0);
  const units = (amount: Micros | null): number | null => (amount === null ? null : toUnits(amount));
  const names = [...new Set(models.map(({ provider }) => provider))];
  const providers = names.map((name) => {
    const mine = models.filter(({ provider }) => provider === name);
    const amounts = mine.map((model) => projectModel(model).amount);
    const projected = amounts.includes(null) ? null : sum((model) => projectModel(model).amount ?? 0, mine);
    const { unit, balance } = account(name);
    const after = balance === null || projected === null ? null : balance - projected;
    return [
      name,
      {
        unit,
        charged: toUnits(sum(({ net }) => net, mine)),
        projected: units(projected),
        balance: units(balance),
        balance_after: units(after),
      },
    ] as const;
  });
  return {
    jobs: sum(({ jobs }) => jobs),
    done: sum(({ done }) => done),
    failed: sum(({ failed }) => failed),
    unknown: sum(({ unknown }) => unknown),
    left: sum(({ left }) => left),
    models: models.map((model) => {
      const { amount, by } = projectModel(model);
      const { provider, jobs, failed, ended, net, left } = model;
      const measured = ended === 0 ? null : toUnits(Math.round(net / ended));
      return { provider, model: model.model, jobs, failed, measured, left, projected: units(amount), by };
    }),
    providers: Object.fromEntries(providers),
  };
}
