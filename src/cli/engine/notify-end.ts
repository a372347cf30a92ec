import type { RunResult } from '../documents.ts';
import { type EndNotice, noticeOf, noticeOfError } from '../notify/end-notice.ts';
import { postWebhook } from '../notify/post-webhook.ts';
import { runNotifyCommand } from '../notify/run-command.ts';
import { showOnDesktop } from '../notify/show-on-desktop.ts';
import { UsageError } from '../usage-error.ts';
import type { EngineParts } from './engine-parts.ts';

/** What a notify command may take. */
const LIMIT_MS = 30_000;

/**
 * Runs `work` and tells whoever wants to know how it ended, also when it was refused or something broke it. What goes wrong with telling is
 * said, and never changes how the run ended. `batch`: what it is called where the run cannot tell any more.
 */
export async function notified(
  parts: EngineParts,
  command: string | null,
  batch: string,
  work: () => Promise<RunResult>,
): Promise<RunResult> {
  let result: RunResult;
  try {
    result = await work();
  } catch (error) {
    // What the user wrote wrongly is said to the user, who is here.
    if (!(error instanceof UsageError)) await tell(parts, command, noticeOfError(error as Error, batch, parts.clock.now()));
    throw error;
  }
  await tell(parts, command, noticeOf(result, parts.clock.now()));
  return result;
}

async function tell(parts: EngineParts, asked: string | null, notice: EndNotice): Promise<void> {
  const { notify } = parts.settings;
  // A sandbox is tried out in front of the screen: only what its command line asks for.
  const command = asked ?? (parts.sandbox ? null : notify.command);
  const safe: EndNotice = { ...notice, text: parts.output.redact(notice.text) };
  const faults = await Promise.all([
    command === null
      ? null
      : runNotifyCommand(command, safe, orderOf(parts, safe)).then((fault) => fault && `the notify command failed: ${fault}`),
    parts.sandbox || notify.webhook === null
      ? null
      : postWebhook(notify.webhook, safe).then((fault) => fault && `the webhook failed: ${fault}`),
    parts.sandbox || !notify.desktop ? null : showOnDesktop(safe.text).then((fault) => fault && `no notification on the desktop: ${fault}`),
  ]);
  for (const fault of faults) if (fault) parts.output.warn(fault);
}

function orderOf(parts: EngineParts, notice: EndNotice): Parameters<typeof runNotifyCommand>[2] {
  const { redact } = parts.output;
  // The keys are nightshift's alone: no variable that holds one is passed on.
  const env = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value === undefined || redact(value) === value));
  return { cwd: parts.cwd, env, limitMs: LIMIT_MS, json: redact(`${JSON.stringify(notice.document)}\n`) };
}
