import type { ReviewOutput } from '../../src/review/review-view.ts';
import { ACTIONS, type ActionName } from './actions.ts';
import { Marks } from './cell.tsx';
import { axisWords } from './group-outputs.ts';
import { LargeMedia } from './media.tsx';
import { amount } from './money.ts';
import type { ReviewStore } from './store.ts';
import { useFocus } from './use-focus.ts';

interface CompareViewProps {
  readonly store: ReviewStore;
  readonly outputs: readonly ReviewOutput[];
  readonly selected: number;
  readonly onSelect: (output: number) => void;
  readonly onAct: (action: ActionName, output: number) => void;
  readonly onClose: () => void;
}

/** As many as can be told apart on one screen. */
const MOST = 24;

/** Attempts and models on one prompt, side by side. */
export function CompareView({ store, outputs, selected, onSelect, onAct, onClose }: CompareViewProps) {
  const shown = outputs.slice(0, MOST);
  const frame = useFocus<HTMLElement>();
  return (
    <section ref={frame} class="compare" tabIndex={-1} aria-label="Side by side">
      <header>
        <h2>
          {shown.length === 1 ? 'Nothing else is made from this prompt yet' : `${shown.length} side by side`}
          {outputs.length > MOST && `, of ${amount(outputs.length)}`}
        </h2>
        <button type="button" onClick={onClose}>
          Back <kbd>Esc</kbd>
        </button>
      </header>
      <div class="side-by-side">
        {shown.map((output) => {
          const decision = store.decisionOf(output.output);
          const unit = store.status?.money[output.provider]?.unit ?? '';
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the arrow keys move the selection
            <article
              key={output.output}
              class={`${decision.decision ?? 'undecided'}${output.output === selected ? ' selected' : ''}`}
              aria-current={output.output === selected}
              onClick={() => onSelect(output.output)}
            >
              <div class="frame">
                <LargeMedia client={store.client} output={output} plays={output.output === selected} />
              </div>
              <h3>
                {titleOf(output, shown)} <Marks decision={decision} />
              </h3>
              {axisWords(output) !== '' && <p>{axisWords(output)}</p>}
              <p>
                {output.job}
                {output.cost !== null && `, ${amount(output.cost)} ${unit}`}
              </p>
              <p class="quiet">{output.prompt}</p>
              <p class="buttons">
                {(Object.keys(ACTIONS) as ActionName[]).map((name) => (
                  <button
                    key={name}
                    type="button"
                    class={name}
                    aria-pressed={name === 'star' ? decision.star : decision.decision === name}
                    onClick={(event) => {
                      event.stopPropagation();
                      onAct(name, output.output);
                    }}
                  >
                    {ACTIONS[name].words}
                  </button>
                ))}
              </p>
            </article>
          );
        })}
      </div>
    </section>
  );
}

/** What tells an output from those beside it: its model and attempt, and where these are another's too, its copy or its file. */
function titleOf(output: ReviewOutput, beside: readonly ReviewOutput[]): string {
  const title = `${output.model}, attempt ${output.attempt}`;
  const alike = beside.filter(({ model, attempt }) => model === output.model && attempt === output.attempt);
  if (alike.length === 1) return title;
  const copies = new Set(alike.map(({ copy }) => copy)).size > 1 ? `, copy ${output.copy}` : '';
  const files = alike.some((other) => other.job === output.job && other.position !== output.position)
    ? `, file ${output.position + 1}`
    : '';
  return `${title}${copies}${files}`;
}
