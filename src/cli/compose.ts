import type { Compose } from './compose-context.ts';
import { UsageError } from './usage-error.ts';

/** Wires every room into the engine. */
export const compose: Compose = () => Promise.reject(new UsageError('This build has no engine.'));
