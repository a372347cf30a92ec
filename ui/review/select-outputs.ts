import type { ReviewDecision, ReviewOutput } from '../../src/review/review-view.ts';
import { sameRow } from './group-outputs.ts';
import type { ViewState } from './view-state.ts';

/** The outputs that a view shows, in their order. */
export function selectOutputs(
  outputs: readonly ReviewOutput[],
  view: ViewState,
  decisionOf: (output: number) => ReviewDecision,
  counting: ReadonlyMap<string, number>,
): readonly ReviewOutput[] {
  const words = view.q.toLowerCase().split(/\s+/).filter(Boolean);
  return outputs.filter(
    (output) =>
      (view.model === '' || output.model === view.model) &&
      (view.tag === '' || output.tags.includes(view.tag)) &&
      (view.kind === '' || output.kind === view.kind) &&
      (view.attempts === 'all' || output.attempt === counting.get(output.job)) &&
      (view.decision === '' || isDecided(decisionOf(output.output), view.decision)) &&
      (words.length === 0 || holds(output, decisionOf(output.output), words)),
  );
}

function isDecided({ decision, star, note }: ReviewDecision, wanted: string): boolean {
  if (wanted === 'open') return decision === null;
  if (wanted === 'star') return star;
  if (wanted === 'note') return note !== null;
  return decision === wanted;
}

function holds(output: ReviewOutput, { note }: ReviewDecision, words: readonly string[]): boolean {
  const text = [output.job, output.prompt, output.model, output.path, note ?? '', ...output.tags, ...Object.values(output.vars)]
    .join('\n')
    .toLowerCase();
  return words.every((word) => text.includes(word));
}

/**
 * What is compared with an output: every attempt of its job, and everything made from the same prompt, by whichever model. A prompt that leaves
 * out what its row is about ("product photo") is that of many rows: where there is a matrix to tell the row by, only its own is compared.
 */
export function comparable(outputs: readonly ReviewOutput[], to: ReviewOutput): readonly ReviewOutput[] {
  const own = promptsOf(to);
  const matrix = to.axes.length > 0;
  return outputs.filter(
    (output) => output.job === to.job || (promptsOf(output).some((prompt) => own.includes(prompt)) && (!matrix || sameRow(output, to))),
  );
}

/** What it was made from, and what the manifest asks for: another prompt for one attempt does not part it from its likes. */
function promptsOf({ prompt, manifest_prompt }: ReviewOutput): readonly string[] {
  return [prompt, manifest_prompt ?? ''].filter((text) => text !== '');
}
