import { readFlagVariables } from '../cli/options/flag-variables.ts';
import type { LibraryOptions } from './library-options.ts';

/** Whether the stand-in is meant: by the option, or where it says nothing by `NIGHTSHIFT_SANDBOX`. Throws a UsageFault for a variable that is neither on nor off. */
export function wantsSandbox({ sandbox, env = process.env }: LibraryOptions): boolean {
  if (sandbox !== undefined) return sandbox;
  const { values } = readFlagVariables(env, { known: ['sandbox'], switches: ['sandbox'], given: () => false });
  return values.sandbox === true;
}
