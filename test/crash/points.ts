/** A failpoint of `failpoints.mjs`, and within how many times that it is passed a kill is to fall. */
export interface Point {
  readonly name: string;
  readonly most: number;
}

const around = (most: number, ...names: readonly string[]): readonly Point[] =>
  names.flatMap((name) => [
    { name: `${name}:before`, most },
    { name: `${name}:after`, most },
  ]);

const each = (most: number, ...names: readonly string[]): readonly Point[] => names.map((name) => ({ name, most }));

/** Every moment after which something that was paid for could be forgotten, paid again, or left half on disk. */
export const POINTS: readonly Point[] = [
  ...around(1, 'Staging.apply', 'RunStore.begin'),
  ...around(6, 'IntentStore.intend'),
  ...each(6, 'submission leaves', 'submission body sent', 'submission answer begins', 'submission answer read'),
  ...around(6, 'AttemptStore.accept', 'AttemptStore.charge'),
  ...around(2, 'AttemptStore.finish'),
  ...around(1, 'AttemptStore.lose', 'AttemptStore.fail'),
  ...around(1, 'AttemptStore.absent'),
  ...each(1, 'history answer read'),
  ...each(6, 'question answer read'),
  ...around(6, 'AttemptStore.complete'),
  ...each(6, 'download answer begins', 'download answer read'),
  ...around(6, 'sync file', 'rename', 'sync folder', 'OutputStore.saved', 'AttemptStore.settleOutputs'),
  ...around(1, 'OutputStore.refreshed'),
];
