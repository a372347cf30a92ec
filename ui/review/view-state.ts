import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

/** What the address says of the view: reloading or sending it shows the same. */
export interface ViewState {
  readonly view: 'sheet' | 'live';
  /** `auto`, `none`, `row`, `model`, `tag`, `job`, or `var:NAME`. */
  readonly group: string;
  /** '' or `pick`, `reject`, `open`, `star`, `note`. */
  readonly decision: string;
  readonly model: string;
  readonly tag: string;
  readonly kind: string;
  readonly q: string;
  readonly attempts: 'all' | 'counting';
  readonly size: 's' | 'm' | 'l';
  /** Go on to the next output after a pick or a reject. */
  readonly advance: boolean;
  /** The output in the large view; 0: none. */
  readonly open: number;
  /** The output that others are compared with; 0: none. */
  readonly compare: number;
}

export const START: ViewState = {
  view: 'sheet',
  group: 'auto',
  decision: '',
  model: '',
  tag: '',
  kind: '',
  q: '',
  attempts: 'all',
  size: 'm',
  advance: false,
  open: 0,
  compare: 0,
};

/** Every output is shown. */
export const UNFILTERED = { decision: '', model: '', tag: '', kind: '', q: '', attempts: 'all' } as const satisfies Partial<ViewState>;

/** How many filters leave something out. */
export function filtersOf(view: ViewState): number {
  return Object.entries(UNFILTERED).filter(([name, value]) => view[name as keyof typeof UNFILTERED] !== value).length;
}

/** Reads the address. What is not understood is as if it were not there. */
export function readView(search: string): ViewState {
  const given = new URLSearchParams(search);
  const text = (name: keyof ViewState): string => given.get(name) ?? String(START[name]);
  const word = <Word extends string>(name: keyof ViewState, words: readonly Word[]): Word =>
    words.find((known) => known === given.get(name)) ?? (START[name] as Word);
  const number = (name: keyof ViewState): number => (/^\d{1,15}$/.test(given.get(name) ?? '') ? Number(given.get(name)) : 0);
  return {
    view: word('view', ['sheet', 'live']),
    group: text('group'),
    decision: word('decision', ['', 'pick', 'reject', 'open', 'star', 'note']),
    model: text('model'),
    tag: text('tag'),
    kind: word('kind', ['', 'image', 'video', 'model3d']),
    q: text('q'),
    attempts: word('attempts', ['all', 'counting']),
    size: word('size', ['s', 'm', 'l']),
    advance: given.get('advance') === 'true',
    open: number('open'),
    compare: number('compare'),
  };
}

/** The address of a view, without what is as usual; `?` alone when everything is. */
export function writeView(view: ViewState): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(view)) if (value !== START[name as keyof ViewState]) params.set(name, String(value));
  return `?${params}`;
}

/** Whether only what is typed or stepped through has changed: the way back does not stop at each. */
function isStep(from: ViewState, to: ViewState): boolean {
  const stepped = from.open > 0 && to.open > 0 && from.compare === to.compare;
  return writeView({ ...from, q: to.q, advance: to.advance, open: stepped ? to.open : from.open }) === writeView(to);
}

/**
 * The view of the address, and how to change it. The one-time token leaves the address at the first look.
 * `onBack`: the way back, or forward, has led to another view; the first one that is given is called.
 */
export function useView(onBack: (to: ViewState) => void): readonly [ViewState, (change: Partial<ViewState>) => void] {
  const [view, setView] = useState(() => readView(location.search));
  const last = useRef(view);
  // With the drawing, not after it: what is seen is what the address says.
  useLayoutEffect(() => {
    const address = writeView(view);
    const is = writeView(readView(location.search)) === address;
    if (!is && !isStep(last.current, view)) history.pushState(null, '', address);
    else if (!is || last.current === view) history.replaceState(null, '', address);
    last.current = view;
  }, [view]);
  useEffect(() => {
    const back = () => {
      const to = readView(location.search);
      setView(to);
      onBack(to);
    };
    addEventListener('popstate', back);
    return () => removeEventListener('popstate', back);
  }, []);
  return [view, (change) => setView((now) => ({ ...now, ...change }))];
}
