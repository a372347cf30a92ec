import { systemClock } from '../../src/schedule/system-clock.ts';

/** Lets the event loop turn so often that Bottleneck, which takes jobs in over several turns, has done all that it can do: however slow the machine is. */
export async function turns(): Promise<void> {
  for (let turn = 0; turn < 100; turn++) await systemClock.sleep(0.1);
}
