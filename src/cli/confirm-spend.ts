import { createInterface } from 'node:readline/promises';
import wrapAnsi from 'wrap-ansi';
import { UsageError } from './usage-error.ts';

/** What is about to be spent. */
export interface Spending {
  /** `64 jobs, 1,280 credits of ulazai`: what the question says. */
  readonly what: string;
  /** Whether the manifest caps the batch with a `budget`. */
  readonly budget: boolean;
  /** It may have been paid once already: that is asked for by name, and what was written down before it happened is no leave. */
  readonly perhapsTwice?: boolean;
  /** Nothing is to be sent: the sum is booked as what may have been taken. No cap says yes to that. */
  readonly booksOnly?: boolean;
}

/** Resolves when spending is allowed; throws a UsageError when it is not. */
export type ConfirmSpend = (spending: Spending) => Promise<void>;

/** The person at the terminal, if there is one. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  /** Where the question is written: standard error, since standard output carries data. */
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
}

/**
 * Spending needs `--yes`, a `--max-cost`, a manifest `budget`, or a yes at the prompt; paying for the same perhaps twice needs one of the
 * others. Without a terminal and without one of them it is refused, since a script that nobody watches must have said how much it may cost.
 */
export function confirmSpend(
  given: { readonly yes: boolean; readonly maxCost: boolean; readonly sandbox: boolean },
  terminal: Terminal,
): ConfirmSpend {
  return async ({ what, budget, perhapsTwice = false, booksOnly = false }) => {
    if (booksOnly) return confirmBooking(what, given.yes, terminal);
    if (given.yes || given.maxCost || given.sandbox || (budget && !perhapsTwice)) return;
    if (terminal.input.isTTY !== true || terminal.output.isTTY !== true) {
      const leave = perhapsTwice
        ? '--yes or --max-cost N; a budget is no leave to pay twice'
        : '--yes, --max-cost N, or a budget in the manifest';
      throw new UsageError(`This would spend ${what}. Nobody is at the terminal to be asked: give ${leave}. Nothing was sent.`);
    }
    if (!(await askYes(`This spends up to ${what}. Go on? [y/N] `, terminal))) throw new UsageError('Not confirmed. Nothing was sent.');
  };
}

async function confirmBooking(what: string, yes: boolean, terminal: Terminal): Promise<void> {
  if (yes) return;
  if (terminal.input.isTTY !== true || terminal.output.isTTY !== true)
    throw new UsageError(`This would book ${what}. Nobody is at the terminal to be asked: give --yes. Nothing was booked.`);
  if (!(await askYes(`This books ${what}. Go on? [y/N] `, terminal))) throw new UsageError('Not confirmed. Nothing was booked.');
}

/** Asks the person at the terminal; no for anything but a yes. */
async function askYes(question: string, terminal: Terminal): Promise<boolean> {
  return (await ask(question, terminal, null)) === 'yes';
}

/** What a person answered; `interrupted`: Ctrl-C, or the signal said so. */
export type Answer = 'yes' | 'no' | 'interrupted';

/** Asks the person at the terminal. Anything but a yes, and Ctrl-D, is a no. */
export async function ask(question: string, { input, output }: Terminal, signal: AbortSignal | null): Promise<Answer> {
  // Broken between words here: the terminal would break it anywhere, and the reader redraws only its own line.
  const lines = wrapAnsi(question, output.columns ?? Number.POSITIVE_INFINITY, { trim: false }).split('\n');
  const last = lines.pop() ?? '';
  for (const line of lines) output.write(`${line.trimEnd()}\n`);
  const reader = createInterface({ input, output, terminal: true });
  const ended = new AbortController();
  let without: Answer = 'no';
  const interrupted = (): void => {
    without = 'interrupted';
    ended.abort();
  };
  reader.once('SIGINT', interrupted);
  signal?.addEventListener('abort', interrupted, { once: true });
  if (signal?.aborted) interrupted();
  reader.once('close', () => ended.abort());
  try {
    const answer = await reader.question(last, { signal: ended.signal });
    return /^\s*(?:y|yes)\s*$/i.test(answer) ? 'yes' : 'no';
  } catch (error) {
    if (!ended.signal.aborted) throw error;
    output.write('\n');
    return without;
  } finally {
    signal?.removeEventListener('abort', interrupted);
    reader.close();
  }
}
