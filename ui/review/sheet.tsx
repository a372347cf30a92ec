import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { VList, type VListHandle } from 'virtua';
import type { ReviewOutput } from '../../src/review/review-view.ts';
import { Cell } from './cell.tsx';
import type { Group } from './group-outputs.ts';
import { layOut, rowOf } from './lay-out.ts';
import type { ReviewStore } from './store.ts';

const WIDTHS = { s: 130, m: 200, l: 320 } as const;

interface SheetProps {
  readonly store: ReviewStore;
  readonly groups: readonly Group[];
  /** By job: what became of the wish for another attempt. */
  readonly again: ReadonlyMap<string, string>;
  readonly size: keyof typeof WIDTHS;
  readonly selected: number;
  readonly onSelect: (output: number) => void;
  readonly onOpen: (output: number) => void;
  /** Told how many columns there are, so that up and down know where to go. */
  readonly onColumns: (columns: number) => void;
}

/** The contact sheet: of ten thousand outputs only those that are seen exist in the page. */
export function Sheet({ store, groups, again, size, selected, onSelect, onOpen, onColumns }: SheetProps) {
  const frame = useRef<HTMLDivElement>(null);
  const list = useRef<VListHandle>(null);
  const width = useWidth(frame);
  const columns = Math.max(1, Math.floor(width / WIDTHS[size]));
  const rows = useMemo(() => layOut(groups, columns), [groups, columns]);
  useEffect(() => onColumns(columns), [columns, onColumns]);
  // Only when the selection moves: new outputs of a running batch must not pull the sheet from under a reader.
  useEffect(() => {
    const at = rowOf(rows, selected);
    if (at >= 0) list.current?.scrollToIndex(at, { align: 'nearest' });
  }, [selected, columns]);
  const select = useCallback((output: number) => onSelect(output), [onSelect]);
  const open = useCallback((output: number) => onOpen(output), [onOpen]);
  const cell = (output: ReviewOutput) => (
    <Cell
      key={output.output}
      client={store.client}
      output={output}
      decision={store.decisionOf(output.output)}
      again={again.get(output.job) ?? null}
      selected={output.output === selected}
      onSelect={select}
      onOpen={open}
    />
  );
  return (
    <div class="sheet" ref={frame}>
      <VList
        ref={list as never}
        data={rows as typeof rows & unknown[]}
        bufferSize={600}
        role="grid"
        tabIndex={0}
        aria-label="Outputs"
        aria-rowcount={rows.length}
        aria-activedescendant={selected > 0 ? `output-${selected}` : undefined}
      >
        {(row, index) =>
          row.kind === 'title' ? (
            // biome-ignore lint/a11y/useSemanticElements: a table would need every row to exist
            // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus
            <div key={`t${row.title}`} role="row" aria-rowindex={index + 1} class="title">
              {/* biome-ignore lint/a11y/useSemanticElements: a table would need every row to exist */}
              {/* biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus */}
              <span role="rowheader">{row.title}</span>
              <small>{row.count}</small>
            </div>
          ) : (
            // biome-ignore lint/a11y/useSemanticElements: a table would need every row to exist
            // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus
            <div key={row.key} role="row" aria-rowindex={index + 1} class="row" style={{ gridTemplateColumns: `repeat(${columns}, 1fr)` }}>
              {row.outputs.map(cell)}
            </div>
          )
        }
      </VList>
    </div>
  );
}

function useWidth(of: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(1_000);
  useEffect(() => {
    const element = of.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    setWidth(element.clientWidth);
    return () => observer.disconnect();
  }, [of]);
  return width;
}
