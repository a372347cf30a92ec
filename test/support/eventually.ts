import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until a condition holds, looking often. Fails with its words when it never does. */
export async function eventually(what: string, holds: () => boolean | Promise<boolean>, timeoutMs = 20_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`It never came to pass that ${what}`);
    await sleep(5);
  }
}
