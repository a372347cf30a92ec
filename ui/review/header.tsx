import { useEffect } from 'preact/hooks';
import { GONE } from './client.ts';
import { amount, count } from './money.ts';
import type { ReviewStore } from './store.ts';
import type { Tally } from './tally.ts';
import type { ViewState } from './view-state.ts';

interface HeaderProps {
  readonly store: ReviewStore;
  readonly view: ViewState;
  readonly change: (change: Partial<ViewState>) => void;
  readonly sums: Tally;
  /** How many jobs are rejected, and nothing of them was asked for since. */
  readonly unwanted: number;
  readonly shown: number;
  readonly onDialog: (dialog: 'regenerate' | 'keys') => void;
}

/** The batch, what was decided so far and what it cost, and what can be done with it. */
export function Header({ store, view, change, sums, unwanted, shown, onDialog }: HeaderProps) {
  const { status, client } = store;
  const batch = status?.batch ?? 'nightshift';
  useEffect(() => {
    document.title = `${batch} · nightshift review`;
  }, [batch]);
  const tab = (name: ViewState['view'], words: string) => (
    <button type="button" aria-pressed={view.view === name} onClick={() => change({ view: name, open: 0, compare: 0 })}>
      {words}
    </button>
  );
  return (
    <header class="top">
      <h1>{batch}</h1>
      <nav aria-label="Views">
        {tab('sheet', 'Contact sheet')}
        {tab('live', client.live ? 'Live' : 'Figures')}
      </nav>
      <p class="sums" aria-live="polite">
        {store.loading ? 'Loading: ' : ''}
        {count(store.outputs.length, 'output')}
        {shown !== store.outputs.length && `, ${amount(shown)} shown`}: {amount(sums.picked)} picked, {amount(sums.rejected)} rejected,{' '}
        {amount(sums.open)} undecided
        {sums.costPerPick !== null && <span class="costs">Per accepted output so far: {sums.costPerPick}</span>}
      </p>
      <p class="buttons">
        <button type="button" onClick={() => void store.undo()}>
          Undo <kbd>u</kbd>
        </button>
        <button type="button" onClick={() => void store.redo()}>
          Redo <kbd>y</kbd>
        </button>
        <button type="button" onClick={() => void store.download().catch((error: Error) => store.say(error.message))}>
          Save decisions.csv
        </button>
        {status?.regenerates && (
          <button type="button" disabled={unwanted === 0} onClick={() => onDialog('regenerate')}>
            Regenerate rejected ({amount(unwanted)})
          </button>
        )}
        <button type="button" onClick={() => onDialog('keys')}>
          Keys <kbd>?</kbd>
        </button>
      </p>
      {store.fault !== null && (
        <p role="alert" class="fault">
          {store.fault}{' '}
          <button type="button" onClick={() => store.say(null)}>
            Dismiss
          </button>
        </p>
      )}
      {!store.connected && store.fault !== GONE && (
        <p role="status" class="fault">
          nightshift no longer answers. Decisions made now cannot be stored: run the command that opened this page again.
        </p>
      )}
    </header>
  );
}
