import type { ReviewStore } from './store.ts';

/** What a person can do to an output, by key or by button. */
export interface Action {
  readonly key: string;
  readonly words: string;
  run(store: ReviewStore, output: number): Promise<void>;
}

const verdict =
  (decision: 'pick' | 'reject') =>
  (store: ReviewStore, output: number): Promise<void> =>
    store.decide([{ output, decision: store.decisionOf(output).decision === decision ? null : decision }]);

/** The same again takes it back. */
export const ACTIONS = {
  pick: { key: 'p', words: 'Pick', run: verdict('pick') },
  reject: { key: 'x', words: 'Reject', run: verdict('reject') },
  star: { key: 's', words: 'Star', run: (store, output) => store.decide([{ output, star: !store.decisionOf(output).star }]) },
} as const satisfies Record<string, Action>;

export type ActionName = keyof typeof ACTIONS;
