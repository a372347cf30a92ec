import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** One system call of a process, in the order of a trace. `from` and `to` are its first and last line there: threads interleave. */
export interface Call {
  readonly name: string;
  /** As strace prints the arguments: descriptors with their paths, texts quoted and escaped. */
  readonly text: string;
  readonly from: number;
  readonly to: number;
  readonly ok: boolean;
}

/** The calls that order what is on the disk and on the wire. */
const TRACED = 'fsync,fdatasync,rename,renameat,renameat2,write,writev,pwrite64,pwritev,sendto,sendmsg';

/** The command that runs a program under strace, its calls going to a file. Whole database pages are shown. */
export function underStrace(file: string): readonly string[] {
  return ['strace', '-f', '-y', '-qq', '-s', '5000', '-e', `trace=${TRACED}`, '-e', 'signal=none', '-o', file, '--'];
}

/** Installs Debian's strace where it is missing and that is allowed; throws where it is not. A skipped check would look like a passed one. */
export function needStrace(): void {
  if (spawnSync('strace', ['-V']).status === 0) return;
  try {
    execFileSync('apt-get', ['update', '-qq'], { stdio: 'ignore' });
    execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'strace'], { stdio: 'ignore' });
  } catch (error) {
    throw new Error('The order of writes is checked with strace, which is missing here. Install it (Debian: apt-get install strace)', {
      cause: error,
    });
  }
}

/** Reads a trace, putting calls together that were interrupted by those of other threads. */
export function readTrace(file: string): readonly Call[] {
  const calls: Call[] = [];
  const open = new Map<string, { name: string; text: string; from: number }>();
  for (const [index, line] of readFileSync(file, 'utf8').split('\n').entries()) {
    const resumed = /^(\d+)\s+<\.\.\. (\w+) resumed>(.*)$/.exec(line);
    if (resumed) {
      const begun = open.get(resumed[1]!);
      open.delete(resumed[1]!);
      if (begun) calls.push({ ...begun, text: begun.text + resumed[3]!, to: index, ok: !/ = -1 /.test(resumed[3]!) });
      continue;
    }
    const begun = /^(\d+)\s+(\w+)\((.*)$/.exec(line);
    if (!begun) continue;
    const [, thread, name, rest] = begun as unknown as [string, string, string, string];
    if (rest.endsWith('<unfinished ...>')) open.set(thread, { name, text: rest, from: index });
    else calls.push({ name, text: rest, from: index, to: index, ok: !/\) = -1 /.test(rest) });
  }
  return calls.sort((a, b) => a.from - b.from);
}
