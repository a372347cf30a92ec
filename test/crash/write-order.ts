import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { mixedBatch } from './batch.ts';
import { type Audit, audit, OF_THE_RUN } from './books.ts';
import { openLab } from './lab.ts';
import type { Program } from './program.ts';
import { type Call, readTrace, underStrace } from './system-calls.ts';

/** What a traced run showed. */
export interface OrderReport {
  readonly faults: readonly string[];
  readonly submissions: number;
  readonly files: number;
}

/** 20 jobs, each answer and each file of which passes the disk in the order that a power loss needs. */
const TWENTY = { image: 12, twins: 1, film: 2, studio: 0, sora: 0, kling: 0, banana: 2, vidu: 1, model3d: 1 };

/** Runs 20 jobs under strace, without faults, and checks what went to the disk before what. */
export async function traceOneRun(program: Program): Promise<OrderReport> {
  const lab = await openLab(program);
  const trace = join(tmpdir(), `nightshift-trace-${process.pid}-${performance.now()}`);
  try {
    lab.write('m.yaml', mixedBatch('night', TWENTY));
    const ended = await lab.run(['run', 'm.yaml', '--yes', '--quiet'], {
      under: underStrace(trace),
      env: { UV_USE_IO_URING: '0' },
    });
    const found: Audit = await audit(lab);
    const order = checkOrder(readTrace(trace), lab.queue, lab.out);
    const faults = ended.code === 0 ? [] : [`ended with ${ended.code}: ${ended.stderr}`];
    return { ...order, faults: [...faults, ...found.faults, ...order.faults] };
  } finally {
    rmSync(trace, { force: true });
    await lab.close();
  }
}

const isSync = (call: Call): boolean => call.ok && /^f(data)?sync$/.test(call.name);
const isWrite = (call: Call): boolean => /^(write|writev|pwrite64|pwritev|sendto|sendmsg)$/.test(call.name);
const concerns = (call: Call, path: string): boolean => call.text.includes(`<${path}>`);

function checkOrder(calls: readonly Call[], queue: string, out: string): OrderReport {
  const faults: string[] = [];
  const log = calls.filter((call) => concerns(call, `${queue}-wal`));
  const sent = calls.filter((call) => isWrite(call) && /<(socket|TCP)/.test(call.text) && /"(POST|GET) /.test(call.text));
  const submissions = sent.filter((call) => call.text.includes('"POST ') && !call.text.includes('upload'));

  /** What is in the log and came to the disk before a moment: `null` when it did not. */
  const durable = (before: number, words: readonly string[]): boolean => {
    const written = log.find((call) => isWrite(call) && call.to < before && words.every((word) => call.text.includes(word)));
    return written !== undefined && log.some((call) => isSync(call) && call.from > written.to && call.to < before);
  };
  for (const post of submissions) {
    const what = /\\"prompt\\":\\"([^"\\]*)/.exec(post.text)?.[1] ?? 'image_url';
    if (!durable(post.from, ['\\"method\\":\\"POST\\"', what])) faults.push(`the POST of "${what}" left before its intent was on the disk`);
    const last = log.filter((call) => isWrite(call) && call.to < post.from).at(-1);
    if (last && !log.some((call) => isSync(call) && call.from > last.to && call.to < post.from))
      faults.push(`the POST of "${what}" left while the log was not on the disk`);
  }
  for (const question of sent.filter((call) => call.text.includes('"GET '))) {
    const id = /GET \/api\/v1\/generate\/([\w-]{8,})\//.exec(question.text)?.[1];
    if (id && !durable(question.from, [id])) faults.push(`the status of ${id} was asked before the id was on the disk`);
  }

  // The files of the run itself are made anew by each run: the queue does not record them.
  const ofTheRun = (call: Call): boolean => OF_THE_RUN.some((name) => call.text.includes(`"${join(out, name)}"`));
  const renames = calls.filter((call) => call.name.startsWith('rename') && call.text.includes(`"${out}/`) && !ofTheRun(call));
  for (const rename of renames) {
    const [from, to] = [...rename.text.matchAll(/"([^"]+)"/g)].map((match) => match[1]!) as [string, string];
    const name = to.slice(out.length + 1);
    const writes = calls.filter((call) => isWrite(call) && concerns(call, from));
    const synced = calls.find((call) => isSync(call) && concerns(call, from) && writes.every((write) => write.to < call.from));
    if (!from.endsWith('.part') || writes.length === 0) faults.push(`${name} was not written beside its name first`);
    if (!synced || synced.to > rename.from) faults.push(`${name} got its name before its bytes were on the disk`);
    const folder = calls.find((call) => isSync(call) && concerns(call, dirname(to)) && call.from > rename.to);
    const recorded = log.find((call) => isWrite(call) && call.text.includes(name));
    if (!recorded) faults.push(`${name} was never recorded`);
    else if (!folder || folder.to > recorded.from) faults.push(`${name} was recorded before its folder was on the disk`);
    else if (!log.some((call) => isSync(call) && call.from > recorded.to)) faults.push(`that ${name} is there never came to the disk`);
  }
  const places = new Set(renames.map((call) => call.text));
  const direct = calls.filter((call) => isWrite(call) && call.text.includes(`<${out}/`) && !/\.part>/.test(call.text));
  if (direct.length > 0) faults.push(`${direct.length} writes went to files under their final names`);
  return { faults, submissions: submissions.length, files: places.size };
}
