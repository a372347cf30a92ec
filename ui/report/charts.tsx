import { useMemo } from 'preact/hooks';
import type uPlot from 'uplot';
import type { Course, LatencyHistogram, ReportView } from '../../src/report/report-view.ts';
import { Chart, type ChartColors } from './chart.tsx';
import { type Line, overLengths, overTime } from './chart-options.ts';
import { amount, duration } from './format.ts';
import { perMinute } from './per-minute.ts';

/** More than these cannot be told apart by colour. */
const MOST_SERIES = 6;

/** Spend, progress and slots over time, and how long each model took. */
export function Charts({ view }: { view: ReportView }) {
  const { course, latency } = view;
  if (course.at.length === 0 || view.jobs.length === 0) return null;
  const units = [...new Set(course.spent.map(({ unit }) => unit))];
  return (
    <section aria-labelledby="charts-title">
      <h2 id="charts-title">The night</h2>
      <div class="charts">
        {units.map((unit) => (
          <Spent key={unit} course={course} unit={unit} />
        ))}
        <Finished course={course} />
        <Rate course={course} />
        <InFlight course={course} />
        {latency.length > 0 && <Latency histograms={latency.slice(0, MOST_SERIES)} />}
      </div>
    </section>
  );
}

interface OverTimeProps {
  readonly title: string;
  readonly summary: string;
  /** Of the numbers beside the axis. */
  readonly what: string;
  readonly at: readonly number[];
  readonly lines: readonly (Line & { readonly values: readonly (number | null)[] })[];
}

function OverTime({ title, summary, what, at, lines }: OverTimeProps) {
  const data = [at.map((ms) => ms / 1_000), ...lines.map(({ values }) => [...values])] as uPlot.AlignedData;
  return <Chart title={`${title}, UTC`} summary={summary} data={data} options={(colors: ChartColors) => overTime(colors, what, lines)} />;
}

/** What is paid in one unit: credits and points are not to be compared. */
function Spent({ course, unit }: { course: Course; unit: string }) {
  return useMemo(() => {
    const spent = course.spent.filter((each) => each.unit === unit);
    const lines = spent.map(({ provider, net }, color) => ({ label: provider, drawn: 'steps' as const, color, values: net }));
    const summary = spent.map(({ provider, net }) => `${amount(net.at(-1) ?? 0)} ${unit} of ${provider} at the end`).join(', ');
    return <OverTime title={`Spent, less what came back, in ${unit}`} summary={summary} what={unit} at={course.at} lines={lines} />;
  }, [course, unit]);
}

function Finished({ course }: { course: Course }) {
  return useMemo(() => {
    const lines = [{ label: 'finished jobs', drawn: 'line' as const, color: 0, values: course.done }];
    const summary = `${amount(course.done.at(-1) ?? 0)} jobs at the end`;
    return <OverTime title="Finished so far" summary={summary} what="jobs" at={course.at} lines={lines} />;
  }, [course]);
}

function Rate({ course }: { course: Course }) {
  return useMemo(() => {
    const { at, rate } = perMinute(course);
    const lines = [{ label: 'jobs a minute', drawn: 'bars' as const, color: 0, values: rate }];
    return (
      <OverTime title="Finished a minute" summary={`${amount(Math.max(...rate))} at most`} what="jobs a minute" at={at} lines={lines} />
    );
  }, [course]);
}

function InFlight({ course }: { course: Course }) {
  return useMemo(() => {
    const lines = course.inFlight.flatMap(({ provider, slots, jobs }, color) => [
      { label: provider, drawn: 'steps' as const, color, values: jobs },
      ...(slots === null
        ? []
        : [{ label: `slots of ${provider}`, drawn: 'line' as const, color, dashed: true, values: jobs.map(() => slots) }]),
    ]);
    const summary = course.inFlight
      .map(
        ({ provider, slots, jobs }) => `${amount(Math.max(...jobs))} of ${provider} at most${slots === null ? '' : ` in ${slots} slots`}`,
      )
      .join(', ');
    return <OverTime title="In flight, from submission to completion" summary={summary} what="jobs" at={course.at} lines={lines} />;
  }, [course]);
}

function Latency({ histograms }: { histograms: readonly LatencyHistogram[] }) {
  return useMemo(() => {
    const upTo = (histograms[0]?.upTo ?? []).map((ms) => ms / 1_000);
    const data = [upTo, ...histograms.map(({ jobs }) => withoutEmptyEnds(jobs))] as uPlot.AlignedData;
    const models = histograms.map(({ model }) => model);
    const options = (colors: ChartColors) => overLengths(colors, 'jobs', models);
    return (
      <Chart title="Time from submission to completion" summary={histograms.map(mostCommon).join(', ')} data={data} options={options} />
    );
  }, [histograms]);
}

/** Nothing where a model has no job but for the class before its first and after its last: lines on the ground would cover each other. */
function withoutEmptyEnds(jobs: readonly number[]): (number | null)[] {
  const first = jobs.findIndex((count) => count > 0);
  const last = jobs.findLastIndex((count) => count > 0);
  return jobs.map((count, at) => (at < first - 1 || at > last + 1 ? null : count));
}

function mostCommon({ model, upTo, jobs }: LatencyHistogram): string {
  const most = jobs.indexOf(Math.max(...jobs));
  return `${model} most often up to ${duration(upTo[most] ?? 0)}`;
}
