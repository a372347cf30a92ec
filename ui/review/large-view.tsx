import type { ReviewOutput } from '../../src/review/review-view.ts';
import { ACTIONS, type ActionName } from './actions.ts';
import { Marks } from './cell.tsx';
import { LargeMedia } from './media.tsx';
import { amount } from './money.ts';
import type { ReviewStore } from './store.ts';
import { useFocus } from './use-focus.ts';

interface LargeViewProps {
  readonly store: ReviewStore;
  readonly output: ReviewOutput;
  /** What became of the wish for another attempt; null without one. */
  readonly again: string | null;
  readonly onAct: (action: ActionName) => void;
  readonly onNote: () => void;
  readonly onStep: (arrow: 'left' | 'right') => void;
  readonly onCompare: () => void;
  readonly onClose: () => void;
}

/** One output as large as it goes, with all that is known of it. */
export function LargeView({ store, output, again, onAct, onNote, onStep, onCompare, onClose }: LargeViewProps) {
  const decision = store.decisionOf(output.output);
  const frame = useFocus<HTMLElement>();
  return (
    <section ref={frame} class="large" tabIndex={-1} aria-label={`${output.job}, large`}>
      <div class="stage">
        <LargeMedia key={output.output} client={store.client} output={output} />
      </div>
      <aside>
        <h2>
          {output.job} <Marks decision={decision} />
        </h2>
        <p class="buttons">
          {(Object.keys(ACTIONS) as ActionName[]).map((name) => (
            <button
              key={name}
              type="button"
              class={name}
              aria-pressed={name === 'star' ? decision.star : decision.decision === name}
              onClick={() => onAct(name)}
            >
              {ACTIONS[name].words} <kbd>{ACTIONS[name].key}</kbd>
            </button>
          ))}
          <button type="button" onClick={onNote}>
            Note <kbd>n</kbd>
          </button>
          <button type="button" onClick={onCompare}>
            Compare <kbd>c</kbd>
          </button>
        </p>
        <p class="buttons">
          <button type="button" onClick={() => onStep('left')}>
            Previous <kbd>←</kbd>
          </button>
          <button type="button" onClick={() => onStep('right')}>
            Next <kbd>→</kbd>
          </button>
          <button type="button" onClick={onClose}>
            Back to the sheet <kbd>Esc</kbd>
          </button>
        </p>
        <Facts store={store} output={output} again={again} />
      </aside>
    </section>
  );
}

/** In decimal units, as the report counts. */
function sizeOf(bytes: number): string {
  return bytes < 1e6 ? `${amount(Math.round(bytes / 100) / 10)} kB` : `${amount(Math.round(bytes / 1e5) / 10)} MB`;
}

function Facts({ store, output, again }: Pick<LargeViewProps, 'store' | 'output' | 'again'>) {
  const { note, prompt } = store.decisionOf(output.output);
  const unit = store.status?.money[output.provider]?.unit ?? '';
  const facts: readonly (readonly [string, string])[] = [
    ['Prompt', output.prompt],
    ...(note === null ? [] : [['Note', note] as const]),
    ...(prompt === null ? [] : [['Prompt when made again', prompt] as const]),
    ['Made again', again ?? ''],
    ['Model', output.model],
    ['Attempt', String(output.attempt)],
    ['Cost', output.cost === null ? 'not known' : `${amount(output.cost)} ${unit}`],
    ...Object.entries(output.vars),
    ['Tags', output.tags.join(', ')],
    ['File', output.path],
    ['Size', sizeOf(output.bytes)],
  ];
  return (
    <dl>
      {facts
        .filter(([, value]) => value !== '')
        .map(([name, value], at) => (
          // By place: a variable may have the name of a fact.
          <div key={at}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
