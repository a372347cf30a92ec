import { useMemo } from 'preact/hooks';
import uPlot from 'uplot';
import type { Course, LatencyHistogram, ReportView } from '../../src/report/report-view.ts';
import { Chart, type ChartColors } from './chart.tsx';
import { amount, duration } from './format.ts';

/** More than these cannot be told apart by colour. */
const MOST_SERIES = 6;

/** Spend, progress and slots over time, and how long each model took. */
export function Charts({ view }: { view: ReportView }) {
  const { course, latency } = view;
  if (course.at.length === 0 || view.jobs.length === 0) return null;
  return (
    <section aria-labelledby="charts-title">
      <h2 id="charts-title">The night</h2>
      <div class="charts">
        <Spent course={course} />
        <Finished course={course} />
        <InFlight course={course} />
        {latency.length > 0 && <Latency histograms={latency.slice(0, MOST_SERIES)} />}
      </div>
    </section>
  );
}

function Spent({ course }: { course: Course }) {
  const data = useMemo(() => [seconds(course), ...course.spent.map(({ net }) => [...net])] as uPlot.AlignedData, [course]);
  const options = useMemo(
    () => (colors: ChartColors) =>
      overTime(
        colors,
        course.spent.map(({ provider, unit }) => `${provider}, ${unit}`),
        true,
      ),
    [course],
  );
  const summary = course.spent.map(({ provider, unit, net }) => `${amount(net.at(-1) ?? 0)} ${unit} of ${provider} at the end`).join(', ');
  return <Chart title="Spent, less what came back" summary={summary} data={data} options={options} />;
}

function Finished({ course }: { course: Course }) {
  const data = useMemo(() => [seconds(course), [...course.done]] as uPlot.AlignedData, [course]);
  const options = useMemo(() => (colors: ChartColors) => overTime(colors, ['finished jobs'], false), []);
  return <Chart title="Finished" summary={`${amount(course.done.at(-1) ?? 0)} jobs at the end`} data={data} options={options} />;
}

function InFlight({ course }: { course: Course }) {
  const data = useMemo(() => [seconds(course), [...course.inFlight]] as uPlot.AlignedData, [course]);
  const options = useMemo(() => (colors: ChartColors) => overTime(colors, ['jobs in flight'], true), []);
  return (
    <Chart
      title="In flight, downloads included"
      summary={`${amount(Math.max(...course.inFlight))} at most`}
      data={data}
      options={options}
    />
  );
}

function Latency({ histograms }: { histograms: readonly LatencyHistogram[] }) {
  const data = useMemo(
    () => [(histograms[0]?.upTo ?? []).map((ms) => ms / 1_000), ...histograms.map(({ jobs }) => [...jobs])] as uPlot.AlignedData,
    [histograms],
  );
  const options = useMemo(
    () => (colors: ChartColors) => ({
      scales: { x: { time: false, distr: 3 as const }, y: { range: fromZero } },
      axes: [
        {
          ...axis(colors),
          values: (_: uPlot, ticks: readonly (number | null)[]) => ticks.map((tick) => (tick === null ? '' : duration(tick * 1_000))),
        },
        axis(colors),
      ],
      series: [
        { value: (_: uPlot, value: number | null) => (value === null ? '–' : `up to ${duration(value * 1_000)}`) },
        ...histograms.map(({ model }, at) => ({ label: model, stroke: colors.series[at] ?? colors.text, width: 2, paths: steps() })),
      ],
    }),
    [histograms],
  );
  return (
    <Chart title="Time from submission to completion, jobs" summary={histograms.map(mostCommon).join(', ')} data={data} options={options} />
  );
}

function mostCommon({ model, upTo, jobs }: LatencyHistogram): string {
  const most = jobs.indexOf(Math.max(...jobs));
  return `${model} most often up to ${duration(upTo[most] ?? 0)}`;
}

function seconds({ at }: Course): number[] {
  return at.map((ms) => ms / 1_000);
}

function overTime(colors: ChartColors, labels: readonly string[], stepped: boolean): Pick<uPlot.Options, 'series' | 'axes' | 'scales'> {
  return {
    scales: { y: { range: fromZero } },
    axes: [axis(colors), axis(colors)],
    series: [
      {},
      ...labels.map((label, at) => ({
        label,
        stroke: colors.series[at % colors.series.length] ?? colors.text,
        width: 2,
        value: (_: uPlot, value: number | null) => (value === null ? '–' : amount(value)),
        ...(stepped ? { paths: steps() } : {}),
      })),
    ],
  };
}

function steps(): uPlot.Series.PathBuilder {
  return uPlot.paths.stepped!({ align: -1 });
}

const fromZero: uPlot.Range.Function = (_, least, most) => [Math.min(0, least ?? 0), Math.max(1, (most ?? 1) * 1.05)];

function axis({ text, line }: ChartColors): uPlot.Axis {
  return { stroke: text, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
}
