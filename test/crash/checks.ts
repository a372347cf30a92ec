import { type Mix, mixedBatch } from './batch.ts';
import { audit } from './books.ts';
import { type Lab, type LabOptions, openLab } from './lab.ts';
import type { Program } from './program.ts';
import { traceOneRun } from './write-order.ts';

/** A check of a program: what it found to be broken. */
export type Check = (program: Program) => Promise<readonly string[]>;

const NONE: Mix = { image: 0, twins: 0, film: 0, studio: 0, sora: 0, kling: 0, banana: 0, vidu: 0, model3d: 0 };

/** Small, quick versions of what the long tests do, each with an eye on one promise. Empty: the promise holds. */
export const CHECKS = {
  /** What goes to the disk, and out, before what. */
  order: async (program) => (await traceOneRun(program)).faults,

  /** Killed where an answer can get lost. */
  kills: (program) =>
    inLab(program, {}, async (lab) => {
      lab.write('m.yaml', mixedBatch('night', { ...NONE, image: 30, film: 4 }));
      const moments = ['submission body sent#3', 'submission answer read#2', 'AttemptStore.accept:before#4', 'AttemptStore.accept:after#2'];
      for (const killAt of moments) await lab.run(['run', 'm.yaml', '--yes', '--quiet'], { killAt });
      return finishAndAudit(lab, [0]);
    }),

  /** Charges that come after the client has given up, within the declared settle window. */
  late: (program) =>
    inLab(program, { faults: { 'late-charge': 0.6 }, speed: 200, submitTimeout: '300ms', settle: '1500ms' }, async (lab) => {
      lab.write('m.yaml', mixedBatch('night', { ...NONE, image: 20 }));
      return finishAndAudit(lab, [0]);
    }),

  /** Errors after the charge. */
  errors: (program) =>
    inLab(program, { faults: { 'server-error-after-charge': 0.3 } }, async (lab) => {
      lab.write('m.yaml', mixedBatch('night', { ...NONE, image: 20 }));
      return finishAndAudit(lab, [0]);
    }),

  /** Files that end too early, with lengths that agree. */
  files: (program) =>
    inLab(program, { faults: { 'truncated-file': 0.4 } }, async (lab) => {
      lab.write('m.yaml', mixedBatch('night', { ...NONE, image: 8, film: 1 }));
      return finishAndAudit(lab, [0, 5]);
    }),

  /** A cap while answers are late: what is in flight counts. */
  cap: (program) =>
    inLab(program, { faults: { slow: 1 }, speed: 200 }, async (lab) => {
      lab.write('m.yaml', mixedBatch('night', { ...NONE, image: 8 }));
      const ended = await lab.run(['run', 'm.yaml', '--max-cost', '24', '--partial', '--quiet']);
      return [...(ended.code === 8 ? [] : [`ended with ${ended.code}: ${ended.stderr}`]), ...overspent(lab, 24)];
    }),

  /** A cap while answers get lost: what is unknown counts. */
  unknownCap: (program) =>
    inLab(program, { faults: { 'cut-after-charge': 1 } }, async (lab) => {
      lab.write('m.yaml', mixedBatch('night', { ...NONE, sora: 4 }));
      const ended = await lab.run(['run', 'm.yaml', '--max-cost', '160', '--partial', '--quiet']);
      return [...(ended.code === 7 ? [] : [`ended with ${ended.code}: ${ended.stderr}`]), ...overspent(lab, 160)];
    }),

  /** Two runners of one queue. */
  runners: (program) =>
    inLab(program, {}, async (lab) => {
      lab.write('m.yaml', mixedBatch('night', { ...NONE, image: 10 }));
      const ends = await Promise.all([1, 2].map(() => lab.run(['run', 'm.yaml', '--yes', '--quiet'])));
      const codes = ends.map(({ code }) => code).sort();
      return codes.join() === '0,2' ? [] : [`two runners at once: they ended with ${codes.join(' and ')}`];
    }),
} as const satisfies Record<string, Check>;

async function inLab(program: Program, options: LabOptions, check: (lab: Lab) => Promise<readonly string[]>): Promise<readonly string[]> {
  const lab = await openLab(program, options);
  try {
    return await check(lab);
  } finally {
    await lab.close();
  }
}

async function finishAndAudit(lab: Lab, codes: readonly number[]): Promise<readonly string[]> {
  let ended = await lab.run(['run', 'm.yaml', '--yes', '--quiet']);
  // Files that could not be had yet are worth another run.
  if (ended.code === 5 && codes.includes(5)) ended = await lab.run(['run', 'm.yaml', '--yes', '--quiet']);
  const wrong = codes.includes(ended.code ?? -1) ? [] : [`ended with ${ended.code}: ${ended.stderr}`];
  return [...wrong, ...(await audit(lab)).faults];
}

function overspent(lab: Lab, cap: number): readonly string[] {
  const spent = lab.sandbox.ledger.bookings().reduce((sum, booking) => sum - booking.amount, 0);
  return spent > cap ? [`the cap of ${cap} was passed: ${spent} were taken`] : [];
}
