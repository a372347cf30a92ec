import { formatJobs } from '../../report/format.ts';
import type { EngineParts } from './engine-parts.ts';

/** What failed is made by no run until somebody says so, and lets every one end with 4. */
export function failedLine({ suggest }: Pick<EngineParts, 'suggest'>, batch: string, count: number): string {
  return `${formatJobs(count)} failed or rejected: left as they are; \`${suggest('retry', batch)}\` queues what failed`;
}
