import { memo } from 'preact/compat';
import type { ReviewDecision, ReviewOutput } from '../../src/review/review-view.ts';
import type { ReviewClient } from './client.ts';
import { SmallMedia } from './media.tsx';

interface CellProps {
  readonly client: ReviewClient;
  readonly output: ReviewOutput;
  readonly decision: ReviewDecision;
  /** What became of the wish for another attempt; null without one. */
  readonly again: string | null;
  readonly selected: boolean;
  readonly onSelect: (output: number) => void;
  readonly onOpen: (output: number) => void;
}

/** One output on the sheet. */
export const Cell = memo(function Cell({ client, output, decision, again, selected, onSelect, onOpen }: CellProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table would need every row to exist
    // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus and names its active cell
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the whole page
    <div
      role="gridcell"
      id={`output-${output.output}`}
      class={`cell ${decision.decision ?? 'undecided'}${selected ? ' selected' : ''}`}
      aria-selected={selected}
      onClick={() => onSelect(output.output)}
      onDblClick={() => onOpen(output.output)}
    >
      <div class="frame">
        <SmallMedia client={client} output={output} />
        {again !== null && <span class="again">{again}</span>}
      </div>
      <div class="caption">
        <span class="name" title={output.prompt}>
          {output.job}
          {output.attempt > 1 && <small> attempt {output.attempt}</small>}
        </span>
        <Marks decision={decision} />
      </div>
    </div>
  );
});

/** What was said of an output, in signs with words for those who do not see them. */
export function Marks({ decision }: { decision: ReviewDecision }) {
  return (
    <span class="marks">
      {decision.decision === 'pick' && (
        <span class="good" role="img" aria-label="picked">
          ✓
        </span>
      )}
      {decision.decision === 'reject' && (
        <span class="bad" role="img" aria-label="rejected">
          ✗
        </span>
      )}
      {decision.star && (
        <span class="warn" role="img" aria-label="starred">
          ★
        </span>
      )}
      {decision.note !== null && (
        <span role="img" aria-label={`note: ${decision.note}`} title={decision.note}>
          ✎
        </span>
      )}
    </span>
  );
}
