import type { CommandContext } from '../command.ts';
import type { PlanResult, RunResult } from '../documents.ts';
import { exitCodeFor, USAGE_EXIT_CODE } from '../exit-codes.ts';
import { listenForInterrupt } from '../interrupt.ts';
import { renderPlan } from '../render/plan-table.ts';
import { problemLines } from '../render/problem-lines.ts';

/** Runs `work` with the first Ctrl-C as a request for an orderly end and the second as an immediate one. */
export async function interruptibly<Result>(context: CommandContext, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const interrupt = listenForInterrupt(context.signals, {
    first: () =>
      context.output.warn(
        'Stopping: nothing new is submitted, what is in flight is collected. Ctrl-C again leaves at once; nothing is lost.',
      ),
    second: () => context.leave(exitCodeFor(['interrupted'])),
  });
  try {
    return await work(interrupt.signal);
  } finally {
    interrupt.release();
  }
}

/** Prints how a run ended, or why it did not start, and gives the exit code. */
export async function showRun({ output, width }: CommandContext, result: RunResult): Promise<number> {
  if (result.kind === 'ended') {
    output.note(result.summary);
    await output.document(result.document);
    return exitCodeFor(result.reasons);
  }
  if (!showProblems(output, result.plan)) {
    output.note(renderPlan(result.plan, { width, colors: output.colors }));
    output.error(result.why);
  }
  await output.document(result.plan.document);
  return refusalCode(result.plan, exitCodeFor(result.reasons));
}

/** Prints a plan, and gives the exit code: 2 while problems stand. */
export async function showPlan({ output, width }: CommandContext, plan: PlanResult): Promise<number> {
  if (!showProblems(output, plan)) await output.text(renderPlan(plan, { width, colors: output.dataColors }));
  if (output.mode === 'json') await output.listDocument(plan.document, 'changes', plan.changes?.() ?? []);
  else await output.document(plan.document);
  return refusalCode(plan, 0);
}

/** Prints what is wrong with the manifest, and nothing else: a plan of half a batch is none. False when nothing is. */
function showProblems(output: CommandContext['output'], plan: PlanResult): boolean {
  if (plan.document.problems.length === 0) return false;
  for (const line of problemLines(plan)) output.error(line);
  return true;
}

function refusalCode({ document }: PlanResult, otherwise: number): number {
  return document.problems.length > 0 ? USAGE_EXIT_CODE : otherwise;
}
