/** Why a command ended as it did: the words of `stopped` in the documents (contract, section 8), and `unexpected`. */
export type ExitReason =
  | 'completed'
  | 'failures'
  | 'unknown'
  | 'budget'
  | 'no_funds'
  | 'auth'
  | 'outage'
  | 'duration'
  | 'interrupted'
  | 'unexpected';

/** A usage or manifest error, and a second runner: nothing was done. Never combined with another reason. */
export const USAGE_EXIT_CODE = 2;

const EXIT_CODES = {
  completed: 0,
  unexpected: 1,
  auth: 3,
  failures: 4,
  outage: 5,
  no_funds: 6,
  unknown: 7,
  budget: 8,
  duration: 10,
  interrupted: 130,
} as const satisfies Record<ExitReason, number>;

/** The first that applies wins: what a script must react to first. */
const PRECEDENCE = [
  'unexpected',
  'interrupted',
  'unknown',
  'auth',
  'no_funds',
  'budget',
  'duration',
  'outage',
  'failures',
  'completed',
] as const satisfies readonly ExitReason[];

/** The reason that counts when several apply; `completed` when none is given. */
export function decisiveReason(reasons: Iterable<ExitReason>): ExitReason {
  const given = new Set(reasons);
  return PRECEDENCE.find((reason) => given.has(reason)) ?? 'completed';
}

/** The exit code when these reasons apply: 1, 130, 7, 3, 6, 8, 10, 5, 4 in this order, else 0. */
export function exitCodeFor(reasons: Iterable<ExitReason>): number {
  return EXIT_CODES[decisiveReason(reasons)];
}
