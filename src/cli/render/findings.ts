import { escapeTerminal } from '../../report/escape-terminal.ts';
import type { Finding } from '../finding.ts';
import type { Colors } from './plain-table.ts';

/** A line a finding, and one more for what to do. */
export function renderFindings(findings: readonly Finding[], colors: Colors): string {
  const paint = { ok: colors.green, warn: colors.yellow, fail: colors.red } as const;
  const width = Math.max(...findings.map(({ check }) => check.length));
  return findings
    .flatMap(({ status, check, message, fix }) => {
      const line = `${paint[status](status.padEnd(4))}  ${check.padEnd(width)}  ${escapeTerminal(message)}`;
      return fix === null ? [line] : [line, `${' '.repeat(width + 8)}${escapeTerminal(fix)}`];
    })
    .join('\n');
}
