import type { DecisionPage, ReviewDecision, StaticReview } from '../../src/review/review-view.ts';
import type { ReviewClient } from './client.ts';
import { decisionsCsv } from './decisions-csv.ts';
import { saveFile } from './save-file.ts';

/** What the browser keeps of one static sheet. */
interface Kept {
  readonly decisions: readonly ReviewDecision[];
  /** Decisions as they were before each step, the last step last. */
  readonly steps: readonly (readonly ReviewDecision[])[];
  /** Decisions as they were before each undo that can be taken back, the last undo last. */
  readonly undone: readonly (readonly ReviewDecision[])[];
}

const STEPS = 1_000;

/** The page itself: outputs stand in it, decisions are kept by the browser. */
export function staticClient(data: StaticReview): ReviewClient {
  const place = `nightshift ${data.status.batch} ${data.made_at}`;
  const files = new Map(data.outputs.map((output) => [output.output, output]));
  const kept = read(place);
  const decisions = new Map((kept?.decisions ?? data.decisions).map((decision) => [decision.output, decision]));
  let steps = kept?.steps ?? [];
  let undone = kept?.undone ?? [];
  let mark = 1;
  const put = (changed: readonly ReviewDecision[]): DecisionPage => {
    for (const decision of changed) decisions.set(decision.output, decision);
    keep(place, { decisions: [...decisions.values()], steps, undone });
    mark += 1;
    return { decisions: changed, mark };
  };
  const of = (output: number): ReviewDecision => decisions.get(output) ?? { output, decision: null, star: false, note: null, prompt: null };
  const refuse = () =>
    Promise.reject(new Error('A static sheet has no program behind it: give decisions.csv to `nightshift regenerate --from`.'));
  return {
    live: false,
    madeAt: data.made_at,
    outputs: async () => ({ outputs: data.outputs, next: 0, more: false }),
    decisions: async () => ({ decisions: [...decisions.values()], mark }),
    status: async () => data.status,
    async decide(changes) {
      steps = [...steps.slice(-STEPS), changes.map(({ output }) => of(output))];
      undone = [];
      return put(changes.map((change) => ({ ...of(change.output), ...change })));
    },
    async undo() {
      const last = steps.at(-1) ?? [];
      steps = steps.slice(0, -1);
      if (last.length > 0) undone = [...undone, last.map(({ output }) => of(output))];
      return put(last);
    },
    async redo() {
      const last = undone.at(-1) ?? [];
      undone = undone.slice(0, -1);
      if (last.length > 0) steps = [...steps, last.map(({ output }) => of(output))];
      return put(last);
    },
    listen: (_, connected) => connected(true),
    regenerate: refuse,
    pause: refuse,
    async download() {
      saveFile('decisions.csv', new Blob([decisionsCsv(data.outputs, of)], { type: 'text/csv' }));
    },
    media: ({ output }) => files.get(output)?.file ?? '',
    thumb: ({ output }) => files.get(output)?.thumb ?? null,
  };
}

// A browser may refuse to keep anything for a page from disk: the decisions then live as long as the page does.
function read(place: string): Kept | null {
  try {
    return JSON.parse(localStorage.getItem(place) ?? 'null') as Kept | null;
  } catch {
    return null;
  }
}

function keep(place: string, kept: Kept): void {
  try {
    localStorage.setItem(place, JSON.stringify(kept));
  } catch {
    // See above.
  }
}
