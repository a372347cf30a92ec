import {
  type ColumnDef,
  flexRender,
  getCoreRowModel,
  getFilteredRowModel,
  getPaginationRowModel,
  getSortedRowModel,
  useReactTable,
} from '@tanstack/react-table';
import { useMemo, useState } from 'preact/hooks';
import type { JobView, ReportView } from '../../src/report/report-view.ts';
import { FileCell } from './file-cell.tsx';
import { amount, duration, moment } from './format.ts';

/** The columns; where all jobs are paid in one unit, the titles say it once. */
function columnsOf(unit: string | null): ColumnDef<JobView>[] {
  const priced = (title: string): string => (unit === null ? title : `${title}, ${unit}`);
  const money = (value: number | null, own: string): string =>
    value === null ? '–' : unit === null ? `${amount(value)} ${own}` : amount(value);
  return [
    { accessorKey: 'id', header: 'Job', cell: ({ row }) => <Name job={row.original} /> },
    {
      id: 'remark',
      header: 'Prompt and remarks',
      accessorFn: (job) => job.remark || job.prompt,
      cell: ({ row }) => <Remark job={row.original} />,
    },
    { id: 'files', header: 'Files', accessorFn: (job) => job.files.length, cell: ({ row }) => <FileCell job={row.original} /> },
    { accessorKey: 'model', header: 'Model' },
    { accessorKey: 'state', header: 'State', cell: ({ row }) => <span class={row.original.state}>{row.original.state}</span> },
    { accessorKey: 'attempt', header: 'Attempt', meta: { numeric: true } },
    {
      accessorKey: 'quote',
      header: priced('Quoted'),
      sortUndefined: 'last',
      meta: { numeric: true },
      cell: ({ row }) => money(row.original.quote, row.original.unit),
    },
    {
      accessorKey: 'net',
      header: priced('Net'),
      meta: { numeric: true },
      cell: ({ row }) => money(row.original.net, row.original.unit),
    },
    {
      accessorKey: 'tookMs',
      header: 'Took',
      meta: { numeric: true },
      cell: ({ row }) => (row.original.tookMs === null ? '–' : duration(row.original.tookMs)),
    },
    {
      accessorKey: 'completedAt',
      header: 'Completed, UTC',
      cell: ({ row }) => (row.original.completedAt === null ? '' : moment(row.original.completedAt)),
    },
  ];
}

const PAGE = 50;
/** Characters: a longer prompt is shortened, to a little less, so that what is hidden is worth a click. */
const MOST_SHOWN = 280;
const SHOWN = 200;

/** Every job: to be sorted by any column, and filtered by state and by any text of its row. */
export function JobTable({ view }: { view: ReportView }) {
  const [text, setText] = useState('');
  const [state, setState] = useState('');
  const states = useMemo(() => [...new Set(view.jobs.map((job) => job.state))].sort(), [view]);
  const columns = useMemo(() => columnsOf(onlyUnit(view)), [view]);
  const data = useMemo(() => view.jobs.filter((job) => state === '' || job.state === state), [view, state]);
  const table = useReactTable({
    data,
    columns,
    state: { globalFilter: text },
    globalFilterFn: holdsText,
    getColumnCanGlobalFilter: (column) => column.id === 'id',
    getCoreRowModel: getCoreRowModel(),
    getFilteredRowModel: getFilteredRowModel(),
    getSortedRowModel: getSortedRowModel(),
    getPaginationRowModel: getPaginationRowModel(),
    initialState: { pagination: { pageIndex: 0, pageSize: PAGE } },
    onGlobalFilterChange: setText,
  });
  const { pageIndex, pageSize } = table.getState().pagination;
  const found = table.getFilteredRowModel().rows.length;
  const last = Math.min(found, (pageIndex + 1) * pageSize);
  const shown = found === 0 ? 'No job matches' : `${amount(pageIndex * pageSize + 1)} to ${amount(last)} of ${amount(found)} jobs`;
  return (
    <section aria-labelledby="jobs-title">
      <h2 id="jobs-title">Jobs</h2>
      <search class="tools">
        <label>
          Find{' '}
          <input
            type="search"
            value={text}
            placeholder="id, prompt, model, remark"
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
        <label>
          State{' '}
          <select value={state} onChange={(event) => setState(event.currentTarget.value)}>
            <option value="">all</option>
            {states.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </label>
        <label>
          Rows{' '}
          <select value={pageSize} onChange={(event) => table.setPageSize(Number(event.currentTarget.value))}>
            {[PAGE, 200, 1_000].map((size) => (
              <option key={size}>{size}</option>
            ))}
          </select>
        </label>
      </search>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by keyboard */}
      <section class="scroll" tabIndex={0} aria-label="Table of jobs">
        <table>
          <thead>
            {table.getHeaderGroups().map((group) => (
              <tr key={group.id}>
                {group.headers.map((header) => (
                  <th key={header.id} scope="col" class={classOf(header.column)} aria-sort={SORTED[String(header.column.getIsSorted())]}>
                    <button type="button" onClick={header.column.getToggleSortingHandler() as () => void}>
                      {flexRender(header.column.columnDef.header, header.getContext())}
                      <span aria-hidden="true">{ARROWS[String(header.column.getIsSorted())] ?? ''}</span>
                    </button>
                  </th>
                ))}
              </tr>
            ))}
          </thead>
          <tbody>
            {found === 0 && (
              <tr>
                <td colSpan={columns.length}>No job matches.</td>
              </tr>
            )}
            {table.getRowModel().rows.map((row) => (
              <tr key={row.id}>
                {row.getVisibleCells().map((cell) => (
                  <td key={cell.id} class={classOf(cell.column)}>
                    {flexRender(cell.column.columnDef.cell, cell.getContext())}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <nav class="tools pages" aria-label="Pages of jobs">
        <button type="button" disabled={!table.getCanPreviousPage()} onClick={() => table.previousPage()}>
          Previous
        </button>
        <output>{shown}</output>
        <button type="button" disabled={!table.getCanNextPage()} onClick={() => table.nextPage()}>
          Next
        </button>
      </nav>
      {found > pageSize && (
        <p class="on-paper">
          All of them: <code>{view.all}</code>
        </p>
      )}
      {view.left > 0 && (
        <p>
          {amount(view.left)} jobs more are left out here; all of them: <code>{view.all}</code>
        </p>
      )}
    </section>
  );
}

const SORTED: Readonly<Record<string, 'ascending' | 'descending'>> = { asc: 'ascending', desc: 'descending' };
const ARROWS: Readonly<Record<string, string>> = { asc: ' ▲', desc: ' ▼' };

function holdsText({ original }: { original: JobView }, _column: string, wanted: string): boolean {
  const { id, prompt, model, remark, files } = original;
  const row = [id, prompt, model, remark, ...files.map(({ path }) => path)].join('\n').toLowerCase();
  return row.includes(wanted.toLowerCase());
}

function classOf({ id, columnDef }: { id: string; columnDef: { meta?: object | undefined } }): string {
  return columnDef.meta && 'numeric' in columnDef.meta ? `${id} number` : id;
}

/** The unit that all jobs are paid in; null where there are several. */
function onlyUnit({ jobs }: ReportView): string | null {
  const units = new Set(jobs.map(({ unit }) => unit));
  return units.size === 1 ? ([...units][0] ?? null) : null;
}

/** Paper is narrow: there, what has a column of its own on a screen stands under the id. */
function Name({ job }: { job: JobView }) {
  const { id, model, attempt, completedAt } = job;
  const rest = [model, ...(attempt > 1 ? [`attempt ${attempt}`] : []), ...(completedAt === null ? [] : [`${moment(completedAt)} UTC`])];
  return (
    <>
      {id}
      <div class="on-paper">{rest.join(', ')}</div>
    </>
  );
}

function Remark({ job }: { job: JobView }) {
  return (
    <>
      <Prompt text={job.prompt} />
      {job.remark !== '' && <div class="failed">{job.remark}</div>}
    </>
  );
}

/** A prompt as it stands; of a long one the beginning, and all of it on demand. */
function Prompt({ text }: { text: string }) {
  if (text.length <= MOST_SHOWN) return <div class="prompt">{text}</div>;
  return (
    <details class="prompt">
      <summary>
        <span class="beginning">{text.slice(0, SHOWN)}… </span>
        <span class="whole">Whole prompt</span>
      </summary>
      {text}
    </details>
  );
}
