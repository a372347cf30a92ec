import type { SavedOutput } from '../../queue/review-reads.ts';
import type { ReviewOutput } from '../../review/review-view.ts';
import type { Json } from '../../values/json.ts';
import { toUnits } from '../../values/money.ts';

/** A saved file as the contact sheet shows it. */
export function reviewOutput(saved: SavedOutput): ReviewOutput {
  const net = saved.charged === null ? null : saved.charged - (saved.refunded ?? 0);
  const prompt = textOf(saved.params.prompt ?? '');
  const asked = textOf(saved.manifestPrompt ?? '');
  return {
    output: saved.output,
    job: saved.job,
    job_seq: saved.jobSeq,
    attempt: saved.attempt,
    position: saved.position,
    role: saved.role,
    kind: saved.kind,
    path: saved.path,
    bytes: saved.bytes,
    media_type: saved.mediaType,
    sha256: saved.sha256,
    provider: saved.provider,
    model: saved.model,
    prompt,
    manifest_prompt: asked === prompt ? null : asked,
    tags: saved.tags,
    axes: saved.axes,
    vars: Object.fromEntries(Object.entries(saved.vars).map(([name, value]) => [name, textOf(value)])),
    copy: saved.copy,
    cost: net === null ? null : toUnits(Math.round(net / saved.siblings)),
  };
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
