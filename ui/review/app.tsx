import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { ACTIONS, type ActionName } from './actions.ts';
import { CompareView } from './compare-view.tsx';
import { groupOutputs } from './group-outputs.ts';
import { Header } from './header.tsx';
import { KeyHelp } from './key-help.tsx';
import { LargeView } from './large-view.tsx';
import { layOut, type Move, neighbour } from './lay-out.ts';
import { LiveView } from './live-view.tsx';
import { countingAttempts, madeAgain, toBeMadeAgain } from './made-again.ts';
import { NoteDialog } from './note-dialog.tsx';
import { RegenerateDialog } from './regenerate-dialog.tsx';
import { comparable, selectOutputs } from './select-outputs.ts';
import { Sheet, type SheetShape } from './sheet.tsx';
import { type ReviewStore, useStore } from './store.ts';
import { tally } from './tally.ts';
import { Toolbar } from './toolbar.tsx';
import { useKeys } from './use-keys.ts';
import { UNFILTERED, useView } from './view-state.ts';

const MOVES: Readonly<Record<string, Move>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  ' ': 'right',
  Home: 'first',
  End: 'last',
  PageUp: 'page-up',
  PageDown: 'page-down',
};

/** The whole page. */
export function App({ store }: { store: ReviewStore }) {
  useStore(store);
  // The way back may lead to another output: what the keys are about is what is seen.
  const [view, change] = useView((to) => setSelected((now) => to.compare || to.open || now));
  const [selected, setSelected] = useState(view.open || view.compare);
  const [shape, setShape] = useState<SheetShape>({ columns: 1, lines: 1 });
  // Counts what was decided: what is decided is brought into view.
  const [acts, setActs] = useState(0);
  const [dialog, setDialog] = useState<'note' | 'regenerate' | 'keys' | null>(null);
  const { outputs, decisions } = store;
  const decisionOf = useCallback((output: number) => store.decisionOf(output), [store]);
  // The status is another object at every look; what it says of this hardly ever changes.
  const back = JSON.stringify(store.status?.back ?? []);
  const counting = useMemo(() => countingAttempts(outputs, store.status), [outputs, back]);
  // `decisions` is what decisionOf reads.
  const shown = useMemo(() => selectOutputs(outputs, view, decisionOf, counting), [outputs, decisions, view, decisionOf, counting]);
  const groups = useMemo(() => groupOutputs(shown, view.group), [shown, view.group]);
  // `decisions` is what decisionOf reads.
  const sums = useMemo(() => tally(outputs, decisionOf, store.status), [outputs, decisions, store.status, decisionOf]);
  const again = useMemo(() => madeAgain(store.status), [store.status]);
  // Whatever the filters. `decisions` is what decisionOf reads.
  const unwanted = useMemo(() => toBeMadeAgain(outputs, decisionOf, counting, again), [outputs, decisions, counting, again, decisionOf]);
  const large = view.open > 0 ? store.byNumber(view.open) : undefined;
  const subject = view.compare > 0 ? store.byNumber(view.compare) : undefined;
  const compared = useMemo(() => (subject ? comparable(outputs, subject) : []), [outputs, subject]);
  const current = store.byNumber(selected);

  const lines = () => (subject ? layOut([{ title: '', outputs: compared }], 1_000) : layOut(groups, shape.columns));
  const go = (output: number) => {
    if (output === 0) return;
    setSelected(output);
    if (view.open > 0 && !subject) change({ open: output });
  };
  const step = (move: Move) => go(neighbour(lines(), selected, move, shape.lines));
  const act = (name: ActionName, output = selected) => {
    if (!store.byNumber(output)) return;
    // What leaves the sheet by its decision leaves the selection on its neighbour.
    const next = neighbour(lines(), output, 'right');
    const last = next === output ? neighbour(lines(), output, 'left') : next;
    const onward = view.advance && name !== 'star';
    void ACTIONS[name].run(store, output);
    setActs((count) => count + 1);
    const leaves = !subject && !selectOutputs([store.byNumber(output)!], { ...view, attempts: 'all' }, decisionOf, counting).length;
    if (leaves) go(last);
    else if (onward && !subject) go(next);
  };
  const close = () => change(subject ? { compare: 0 } : { open: 0 });

  const covered = large !== undefined || subject !== undefined;
  const wasCovered = useRef(covered);
  useLayoutEffect(() => {
    if (wasCovered.current && !covered) document.querySelector<HTMLElement>('.sheet [role=grid]')?.focus({ preventScroll: true });
    wasCovered.current = covered;
  }, [covered]);

  useKeys((key) => {
    const move = MOVES[key];
    if (view.view === 'live' && !large && !subject) return false;
    // A page of the side by side scrolls.
    if (subject && key.startsWith('Page')) return false;
    if (move !== undefined) step(move);
    else if (key === 'u') void store.undo();
    else if (key === 'y') void store.redo();
    else if (key === '?') setDialog('keys');
    else if (key === '/') document.getElementById('search')?.focus();
    else if (key === 'Escape' && document.activeElement?.id === 'search') (document.activeElement as HTMLElement).blur();
    else if (key === 'Escape' && (large || subject)) close();
    else if (key === 'n' && current) setDialog('note');
    else if (key === 'Enter' && current && !subject) change({ open: selected });
    else if (key === 'c' && current) change({ compare: subject ? 0 : selected });
    else {
      const name = (Object.keys(ACTIONS) as ActionName[]).find((each) => ACTIONS[each].key === key);
      if (name === undefined || !current) return false;
      act(name);
    }
    return true;
  });

  const open = useCallback((output: number) => change({ open: output }), [change]);
  return (
    <>
      <Header
        store={store}
        view={view}
        change={change}
        sums={sums}
        unwanted={new Set(unwanted.map(({ job }) => job)).size}
        shown={shown.length}
        onDialog={setDialog}
      />
      <main>
        {view.view === 'live' ? (
          <LiveView store={store} tally={sums} />
        ) : (
          <div class="under" inert={covered}>
            <Toolbar store={store} view={view} change={change} />
            {outputs.length === 0 && !store.loading && (
              <p class="empty">No output is saved yet. Each appears here by itself as soon as it is.</p>
            )}
            {outputs.length > 0 && shown.length === 0 && (
              <p class="empty">
                No output matches these filters.{' '}
                <button type="button" onClick={() => change(UNFILTERED)}>
                  Clear filters
                </button>
              </p>
            )}
            <Sheet
              store={store}
              groups={groups}
              again={again}
              size={view.size}
              selected={selected}
              acts={acts}
              onSelect={setSelected}
              onOpen={open}
              onShape={setShape}
            />
          </div>
        )}
        {large && !subject && (
          <LargeView
            store={store}
            output={large}
            again={again.get(large.job) ?? null}
            onAct={(name) => act(name, large.output)}
            onNote={() => setDialog('note')}
            onStep={step}
            onCompare={() => change({ compare: large.output })}
            onClose={close}
          />
        )}
        {subject && <CompareView store={store} outputs={compared} selected={selected} onSelect={setSelected} onAct={act} onClose={close} />}
      </main>
      {dialog === 'note' && current && <NoteDialog key={selected} store={store} output={current} onClose={() => setDialog(null)} />}
      {dialog === 'regenerate' && (
        <RegenerateDialog store={store} outputs={unwanted.map(({ output }) => output)} onClose={() => setDialog(null)} />
      )}
      {dialog === 'keys' && <KeyHelp onClose={() => setDialog(null)} />}
    </>
  );
}
