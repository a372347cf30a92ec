import { describe, expect, test } from 'vitest';
import { buildReportView, MOST_JOBS } from '../../src/report/build-report-view.ts';
import { toMicros } from '../../src/values/money.ts';
import { failedJob, sampleInput, sampleJob } from './sample-report.ts';

const links = { address: (path: string) => `../out/${path}`, thumb: () => null, slots: () => 5 };
const START = sampleJob().createdAt;

describe('the course of a night', () => {
  test('what was charged counts from its submission, what came back from its completion, and the end is the net of the ledger', () => {
    const jobs = [
      sampleJob({ id: 'a', submittedAt: START, completedAt: START + 600_000 }),
      failedJob({}, { id: 'b', charged: toMicros(8), refunded: toMicros(8), submittedAt: START + 60_000, completedAt: START + 3_000_000 }),
    ];
    const { course } = buildReportView(sampleInput(jobs), links, START + 9e9);
    const [spent] = course.spent;
    expect(spent).toMatchObject({ provider: 'ulazai', unit: 'credits' });
    const at = (ms: number) => course.at.findIndex((time) => time >= START + ms);
    expect(spent!.net[0]).toBe(8);
    expect(spent!.net[at(120_000)]).toBe(16);
    expect(spent!.net.at(-1)).toBe(8);
    const [flying] = course.inFlight;
    expect(flying).toMatchObject({ provider: 'ulazai', slots: 5 });
    expect([flying!.jobs[at(120_000)], flying!.jobs.at(-1)]).toEqual([2, 0]);
    expect(course.done.at(-1)).toBe(1);
  });

  test('every attempt was in flight in its time, and what was finished stays finished while it is made once more', () => {
    const first = { submittedAt: START, completedAt: START + 600_000, done: true };
    const second = { submittedAt: START + 2_000_000, completedAt: START + 3_000_000, done: true };
    const { submittedAt, completedAt } = second;
    const job = sampleJob({ attempt: 2, submittedAt, completedAt, attempts: [first, second] });
    const { course } = buildReportView(sampleInput([job]), links, START + 9e9);
    const at = (ms: number) => course.at.findIndex((time) => time >= START + ms);
    const flying = course.inFlight[0]!.jobs;
    expect([300_000, 1_200_000, 2_500_000, 3_500_000].map((ms) => flying[at(ms)])).toEqual([1, 0, 1, 0]);
    expect([300_000, 1_200_000, 2_500_000, 3_500_000].map((ms) => course.done[at(ms)])).toEqual([0, 1, 1, 1]);
  });

  test('a batch of one moment, and a clock that was set, still have a course', () => {
    const job = sampleJob({ submittedAt: START - 9e9, completedAt: START + 9e9 });
    const { course } = buildReportView(sampleInput([job], { endedAt: START }), links, START + 9e9);
    expect(course.done.at(-1)).toBe(1);
    expect(course.spent[0]!.net.at(-1)).toBe(8);
  });
});

test('lengths are counted by model, and every finished job is in one class', () => {
  const took = (ms: number, model: string) => sampleJob({ model, submittedAt: START, completedAt: START + ms });
  const jobs = [10_000, 10_500, 30_000].map((ms) => took(ms, 'ulazai/image')).concat(took(600_000, 'ulazai/kling-3.0'));
  const { latency } = buildReportView(sampleInput(jobs), links, START + 9e9);
  expect(latency.map(({ model, jobs: counts }) => [model, counts.reduce((sum, count) => sum + count, 0)])).toEqual([
    ['ulazai/image', 3],
    ['ulazai/kling-3.0', 1],
  ]);
  const [image] = latency;
  const bound = image!.upTo[image!.jobs.indexOf(2)]!;
  expect(bound).toBeGreaterThanOrEqual(10_500);
  expect(bound).toBeLessThan(30_000);
});

test('the table is cut, and says how many it leaves out and where they are', () => {
  const count = MOST_JOBS + 7;
  function* jobs() {
    for (let at = 0; at < count; at += 1) yield sampleJob({ id: `j${at}` });
  }
  const view = buildReportView(sampleInput([], { jobs }), links, START + 9e9);
  expect(view.jobs).toHaveLength(MOST_JOBS);
  expect(view).toMatchObject({ left: 7, all: expect.stringContaining('--format csv') });
});
