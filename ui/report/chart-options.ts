import uPlot from 'uplot';
import type { ChartColors } from './chart.tsx';
import { amount, dayOf, duration, moment, timeOfDay } from './format.ts';

type Options = Pick<uPlot.Options, 'series' | 'axes' | 'scales' | 'legend'>;

/** A line of a chart over time. */
export interface Line {
  readonly label: string;
  readonly drawn: 'line' | 'steps' | 'bars';
  /** Which colour; the same for what belongs together. */
  readonly color: number;
  /** A bound, not something that was measured. */
  readonly dashed?: boolean;
}

/** Lines over time, `what` they count beside their axis. */
export function overTime(colors: ChartColors, what: string, lines: readonly Line[]): Options {
  return {
    // The first series is time itself.
    legend: {
      markers: { width: (_, at) => (lines[at - 1]?.dashed ? 1 : 2), dash: (_, at) => (lines[at - 1]?.dashed ? 'dashed' : 'solid') },
    },
    scales: { x: { range: lines.some(({ drawn }) => drawn === 'bars') ? wholeBars : asItIs }, y: { range: fromZero } },
    axes: [
      { ...axis(colors), values: times, space: 80 },
      { ...axis(colors), ...labelled(colors, what) },
    ],
    series: [
      { label: 'at', value: (_: uPlot, at: number | null) => (at === null ? '' : `${moment(at * 1_000)} UTC`) },
      ...lines.map(({ label, drawn, color, dashed }) => {
        const stroke = colors.series[color % colors.series.length] ?? colors.text;
        return {
          label,
          stroke,
          // Its box in the legend is told from that of what was measured: both have one colour.
          ...(dashed && { class: 'bound' }),
          width: drawn === 'bars' ? 0 : dashed ? 1 : 2,
          points: { show: false },
          value: (_: uPlot, value: number | null) => (value === null ? '' : amount(value)),
          ...(dashed && { dash: [6, 4] }),
          ...(drawn === 'steps' && { paths: steps() }),
          ...(drawn === 'bars' && { paths: uPlot.paths.bars!({ size: [0.8] }), fill: stroke }),
        };
      }),
    ],
  };
}

/** Counts over lengths of time, which grow by factors. */
export function overLengths(colors: ChartColors, what: string, labels: readonly string[]): Options {
  return {
    scales: { x: { time: false, distr: 3 as const }, y: { range: fromZero } },
    axes: [
      {
        ...axis(colors),
        values: (_: uPlot, ticks: readonly (number | null)[]) => ticks.map((tick) => (tick === null ? '' : duration(tick * 1_000))),
      },
      { ...axis(colors), ...labelled(colors, what) },
    ],
    series: [
      { label: 'within', value: (_: uPlot, value: number | null) => (value === null ? '' : duration(value * 1_000)) },
      ...labels.map((label, at) => ({
        label,
        stroke: colors.series[at % colors.series.length] ?? colors.text,
        width: 2,
        points: { show: false },
        value: (_: uPlot, value: number | null) => (value === null ? '0' : amount(value)),
        paths: steps(),
      })),
    ],
  };
}

function steps(): uPlot.Series.PathBuilder {
  return uPlot.paths.stepped!({ align: -1 });
}

const fromZero: uPlot.Range.Function = (_, least, most) => [Math.min(0, least ?? 0), Math.max(1, (most ?? 1) * 1.05)];

const asItIs: uPlot.Range.Function = (_, first, last) => [first, last];

/** Half a bar more at both ends. */
const wholeBars: uPlot.Range.Function = ({ data }, first, last) => {
  const half = (last - first) / Math.max(1, data[0].length - 1) / 2;
  return [first - half, last + half];
};

/** The time of the day under each tick, and the day under the first and where another begins. */
function times(_: uPlot, ticks: readonly number[], _axis: number, _space: number, apart: number): string[] {
  return ticks.map((tick, at) => {
    const day = dayOf(tick * 1_000);
    const before = ticks[at - 1];
    if (apart >= 86_400) return day;
    const time = timeOfDay(tick * 1_000, apart);
    return before !== undefined && dayOf(before * 1_000) === day ? time : `${time}\n${day}`;
  });
}

function axis({ text, line }: ChartColors): uPlot.Axis {
  return { stroke: text, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
}

function labelled({ text }: ChartColors, label: string): Partial<uPlot.Axis> {
  return { stroke: text, label, labelSize: 18, labelGap: 2, labelFont: '12px system-ui, sans-serif' };
}
