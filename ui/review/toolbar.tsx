import { useMemo, useState } from 'preact/hooks';
import type { ReviewOutput } from '../../src/review/review-view.ts';
import { groupings } from './group-outputs.ts';
import type { ReviewStore } from './store.ts';
import { filtersOf, type ViewState } from './view-state.ts';

interface ToolbarProps {
  readonly store: ReviewStore;
  readonly view: ViewState;
  readonly change: (change: Partial<ViewState>) => void;
}

type Option = readonly [value: string, words: string];

/** What is shown, and how. */
export function Toolbar({ store, view, change }: ToolbarProps) {
  const { models, tags, kinds, groups } = useMemo(() => optionsOf(store.outputs), [store.outputs]);
  // In a narrow window they are folded away: the pictures are what is looked at.
  const [open, setOpen] = useState(false);
  const filters = filtersOf(view);
  return (
    <form class={open ? 'toolbar open' : 'toolbar'} onSubmit={(event) => event.preventDefault()} aria-label="Filters">
      <label class="search">
        Search
        <input id="search" type="search" value={view.q} onInput={(event) => change({ q: event.currentTarget.value })} />
      </label>
      <button type="button" class="unfold" aria-expanded={open} onClick={() => setOpen(!open)}>
        Filters{filters > 0 && ` (${filters})`}
      </button>
      <Choice label="Group by" value={view.group} options={groups} choose={(group) => change({ group })} />
      <Choice
        label="Decision"
        value={view.decision}
        options={[
          ['', 'all'],
          ['open', 'undecided'],
          ['pick', 'picked'],
          ['reject', 'rejected'],
          ['star', 'starred'],
          ['note', 'with a note'],
        ]}
        choose={(decision) => change({ decision })}
      />
      {models.length > 2 && <Choice label="Model" value={view.model} options={models} choose={(model) => change({ model })} />}
      {tags.length > 1 && <Choice label="Tag" value={view.tag} options={tags} choose={(tag) => change({ tag })} />}
      {kinds.length > 2 && <Choice label="Kind" value={view.kind} options={kinds} choose={(kind) => change({ kind })} />}
      <Choice
        label="Attempts"
        value={view.attempts}
        options={[
          ['all', 'all'],
          ['counting', 'those that count'],
        ]}
        choose={(attempts) => change({ attempts: attempts as ViewState['attempts'] })}
      />
      <Choice
        label="Size"
        value={view.size}
        options={[
          ['s', 'small'],
          ['m', 'medium'],
          ['l', 'large'],
        ]}
        choose={(size) => change({ size: size as ViewState['size'] })}
      />
      <label class="check">
        <input type="checkbox" checked={view.advance} onChange={(event) => change({ advance: event.currentTarget.checked })} />
        On to the next after deciding
      </label>
    </form>
  );
}

function Choice(props: {
  readonly label: string;
  readonly value: string;
  readonly options: readonly Option[];
  readonly choose: (value: string) => void;
}) {
  // An address may ask for what this batch does not have: it stays to be seen, and to be taken back.
  const known = props.options.some(([value]) => value === props.value);
  const options: readonly Option[] = known ? props.options : [...props.options, [props.value, props.value]];
  return (
    <label>
      {props.label}
      <select value={props.value} onChange={(event) => props.choose(event.currentTarget.value)}>
        {options.map(([value, words]) => (
          <option key={value} value={value} selected={value === props.value}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}

const KINDS = { image: 'pictures', video: 'films', model3d: '3D models' } as const;

function optionsOf(outputs: readonly ReviewOutput[]): Record<'models' | 'tags' | 'kinds' | 'groups', readonly Option[]> {
  const all: Option = ['', 'all'];
  const sorted = (values: readonly string[]): readonly Option[] => [
    all,
    ...[...new Set(values)].sort().map((value): Option => [value, value]),
  ];
  const kinds = [...new Set(outputs.map(({ kind }) => kind))].sort();
  return {
    models: sorted(outputs.map(({ model }) => model)),
    tags: sorted(outputs.flatMap(({ tags }) => tags)),
    kinds: [all, ...kinds.map((kind): Option => [kind, KINDS[kind]])],
    groups: groupings(outputs),
  };
}
