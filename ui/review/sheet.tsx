import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { VList, type VListHandle } from 'virtua';
import type { ReviewOutput } from '../../src/review/review-view.ts';
import { Cell } from './cell.tsx';
import type { Group } from './group-outputs.ts';
import { layOut, rowOf } from './lay-out.ts';
import { amount } from './money.ts';
import type { ReviewStore } from './store.ts';

const WIDTHS = { s: 130, m: 200, l: 320 } as const;

interface SheetProps {
  readonly store: ReviewStore;
  readonly groups: readonly Group[];
  /** By job: what became of the wish for another attempt. */
  readonly again: ReadonlyMap<string, string>;
  readonly size: keyof typeof WIDTHS;
  readonly selected: number;
  /** Another number after each decision. */
  readonly acts: number;
  readonly onSelect: (output: number) => void;
  readonly onOpen: (output: number) => void;
  /** Told what is seen at once, so that the keys know where to go. */
  readonly onShape: (shape: SheetShape) => void;
}

/** How many outputs stand side by side, and how many lines of them are seen. */
export interface SheetShape {
  readonly columns: number;
  readonly lines: number;
}

/** Of a cell, below its picture. */
const CAPTION_PX = 40;

/** The contact sheet: of ten thousand outputs only those that are seen exist in the page. */
export function Sheet({ store, groups, again, size, selected, acts, onSelect, onOpen, onShape }: SheetProps) {
  const frame = useRef<HTMLDivElement>(null);
  const list = useRef<VListHandle>(null);
  const { width, height } = useExtent(frame);
  const columns = Math.max(1, Math.floor(width / WIDTHS[size]));
  const rows = useMemo(() => layOut(groups, columns), [groups, columns]);
  const lines = Math.max(1, Math.floor(height / (width / columns + CAPTION_PX)));
  useEffect(() => onShape({ columns, lines }), [columns, lines, onShape]);
  const selectedRow = useMemo(() => rowOf(rows, selected), [rows, selected]);
  // It stays in the page however far the sheet is scrolled: the grid names it.
  const kept = useMemo(() => (selectedRow < 0 ? [] : [selectedRow]), [selectedRow]);
  // Only when the selection moves or something is decided: new outputs of a running batch must not pull the sheet from under a reader.
  useEffect(() => {
    if (selectedRow >= 0) list.current?.scrollToIndex(selectedRow, { align: 'nearest' });
  }, [selected, columns, acts]);
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
        keepMounted={kept}
        role="grid"
        tabIndex={0}
        aria-label="Outputs"
        aria-rowcount={rows.length}
        aria-activedescendant={selectedRow >= 0 ? `output-${selected}` : undefined}
      >
        {(row, index) =>
          row.kind === 'title' ? (
            // biome-ignore lint/a11y/useSemanticElements: a table would need every row to exist
            // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus
            <div key={`t${row.title}`} role="row" aria-rowindex={index + 1} class="title">
              {/* biome-ignore lint/a11y/useSemanticElements: a table would need every row to exist */}
              {/* biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus */}
              <span role="rowheader">{row.title}</span>
              <small>{amount(row.count)}</small>
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

function useExtent(of: { readonly current: HTMLElement | null }): { readonly width: number; readonly height: number } {
  const [extent, setExtent] = useState({ width: 1_000, height: 600 });
  useEffect(() => {
    const element = of.current;
    if (!element) return undefined;
    const look = () => setExtent({ width: element.clientWidth, height: element.clientHeight });
    const observer = new ResizeObserver(look);
    observer.observe(element);
    look();
    return () => observer.disconnect();
  }, [of]);
  return extent;
}
