import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

interface ChartProps {
  readonly title: string;
  /** In words, for those who do not see it. */
  readonly summary: string;
  readonly data: uPlot.AlignedData;
  readonly options: (colors: ChartColors) => Pick<uPlot.Options, 'series' | 'axes' | 'scales' | 'legend'>;
}

/** The colours of the page, as a canvas takes them. */
export interface ChartColors {
  readonly text: string;
  readonly line: string;
  readonly series: readonly string[];
}

const HEIGHT = 200;
/** Pixels: two charts beside each other on A4 and on Letter. */
const PAPER_WIDTH = 325;
const SERIES = ['--series-1', '--series-2', '--series-3', '--series-4', '--series-5', '--series-6'];

/** A moment, its parts read as they are in UTC: one zone for all of the report. */
const utc = (seconds: number): Date => uPlot.tzDate(new Date(seconds * 1_000), 'Etc/UTC');

/** One chart as wide as its place, drawn again when that, or the light, changes. */
export function Chart({ title, summary, data, options }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current!;
    const dark = matchMedia('(prefers-color-scheme: dark)');
    let plot: uPlot | null = null;
    const drawAt = (width: number): void => {
      plot?.destroy();
      plot = new uPlot(
        { width, height: HEIGHT, tzDate: utc, cursor: { y: false, points: { show: false } }, ...options(colorsOf(element)) },
        data,
        element,
      );
    };
    let onPaper = false;
    const draw = (): void => {
      onPaper = false;
      drawAt(element.clientWidth);
    };
    const drawForPaper = (): void => {
      onPaper = true;
      drawAt(PAPER_WIDTH);
    };
    const fit = new ResizeObserver(() => {
      if (plot && !onPaper && plot.width !== element.clientWidth) plot.setSize({ width: element.clientWidth, height: HEIGHT });
    });
    draw();
    fit.observe(element);
    dark.addEventListener('change', draw);
    addEventListener('beforeprint', drawForPaper);
    addEventListener('afterprint', draw);
    return () => {
      fit.disconnect();
      dark.removeEventListener('change', draw);
      removeEventListener('beforeprint', drawForPaper);
      removeEventListener('afterprint', draw);
      plot?.destroy();
    };
  }, [data, options]);
  return (
    <figure class="chart">
      <figcaption>{title}</figcaption>
      <div ref={place} role="img" aria-label={`${title}: ${summary}`} />
    </figure>
  );
}

function colorsOf(element: Element): ChartColors {
  const style = getComputedStyle(element);
  // A canvas does not know light-dark(): the browser resolves it where it is the colour of something.
  const resolved = (name: string): string => {
    const probe = document.createElement('span');
    probe.style.color = `var(${name})`;
    element.append(probe);
    const color = getComputedStyle(probe).color;
    probe.remove();
    return color;
  };
  return { text: style.color, line: resolved('--line'), series: SERIES.map(resolved) };
}
