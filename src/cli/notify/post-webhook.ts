import { Agent, request } from 'undici';
import type { EndNotice } from './end-notice.ts';

const LIMIT_MS = 10_000;

/**
 * Posts the summary of a run to an address of the user's own: counts, money, one line of text; no prompts, paths or keys. `text` and
 * `content` are what chat services read. Resolves to what went wrong, without the address, which may be a secret; null when nothing did.
 */
export async function postWebhook(url: string, notice: EndNotice): Promise<string | null> {
  const { batch, stopped, exitCode, text, jobs, money, endedAt } = notice;
  const summary = { schema_version: 1, text, content: text, run: { batch, stopped, exit_code: exitCode, jobs, money, ended_at: endedAt } };
  const dispatcher = new Agent({ connect: { timeout: LIMIT_MS } });
  try {
    const answer = await request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(summary),
      dispatcher,
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    await answer.body.dump();
    return answer.statusCode < 300 ? null : `it answered ${answer.statusCode}`;
  } catch (error) {
    const { name, code } = error as Error & { readonly code?: string };
    return name === 'TimeoutError' ? `it did not answer within ${LIMIT_MS / 1_000} seconds` : `it cannot be reached (${code ?? name})`;
  } finally {
    await dispatcher.destroy();
  }
}
