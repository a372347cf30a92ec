import type { ReviewDecision, ReviewOutput, ReviewStatus } from '../../src/review/review-view.ts';
import { amount } from './money.ts';

/** Decisions counted, and what a model's accepted outputs came to. */
export interface Tally {
  readonly picked: number;
  readonly rejected: number;
  readonly open: number;
  readonly models: readonly ModelTally[];
  /** In words, by model; null before anything is picked. */
  readonly costPerPick: string | null;
}

export interface ModelTally {
  readonly provider: string;
  readonly model: string;
  readonly unit: string;
  /** All attempts together, failed and rejected ones too. */
  readonly net: number;
  readonly outputs: number;
  readonly picked: number;
  readonly rejected: number;
}

/** Counts what was decided. What was spent on outputs that nobody wanted is part of what the accepted ones cost. */
export function tally(outputs: readonly ReviewOutput[], of: (output: number) => ReviewDecision, status: ReviewStatus | null): Tally {
  const counts = { picked: 0, rejected: 0 };
  const byModel = new Map<string, { picked: number; rejected: number; outputs: number }>();
  for (const { output, provider, model } of outputs) {
    const key = `${provider}\n${model}`;
    const own = byModel.get(key) ?? { picked: 0, rejected: 0, outputs: 0 };
    byModel.set(key, own);
    own.outputs += 1;
    const { decision } = of(output);
    if (decision === null) continue;
    const name = decision === 'pick' ? 'picked' : 'rejected';
    counts[name] += 1;
    own[name] += 1;
  }
  // A model of which nothing is charged yet has no sum.
  const nets = new Map((status?.spend ?? []).map(({ provider, model, net }) => [`${provider}\n${model}`, net]));
  const models = [...new Set([...nets.keys(), ...byModel.keys()])].sort().map((key) => {
    const [provider = '', model = ''] = key.split('\n');
    const own = byModel.get(key) ?? { picked: 0, rejected: 0, outputs: 0 };
    return { provider, model, unit: status?.money[provider]?.unit ?? '', net: nets.get(key) ?? 0, ...own };
  });
  return { ...counts, open: outputs.length - counts.picked - counts.rejected, models, costPerPick: costPerPick(models) };
}

/** So many models are named where there is room for a line. */
const NAMED = 3;

/** A film among pictures must not make each of them dear: every model stands for itself, also one of which nothing is accepted yet. */
function costPerPick(models: readonly ModelTally[]): string | null {
  if (models.every(({ picked }) => picked === 0)) return null;
  const texts = models
    .filter(({ picked, net }) => picked > 0 || net > 0)
    .map(({ model, unit, net, picked }) =>
      picked > 0 ? `${model} ${amount(net / picked)} ${unit}` : `${model} none yet (${amount(net)} ${unit} spent)`,
    );
  const more = texts.length > NAMED ? [`${texts.length - NAMED} more models in the live view`] : [];
  return [...texts.slice(0, NAMED), ...more].join(', ');
}
