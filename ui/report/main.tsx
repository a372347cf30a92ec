import { render } from 'preact';
import type { ReportPageData } from '../../src/report/report-view.ts';
import { pageData } from '../shared/page-data.ts';
import '../shared/theme.css';
import { Charts } from './charts.tsx';
import { JobTable } from './job-table.tsx';
import { Pictures } from './pictures.tsx';
import './report.css';
import { makeSortable } from './sortable.ts';

// What the report says stands in the page already and needs no script. What is drawn here goes into its places.
const data = pageData<ReportPageData>();
const place = (id: string): HTMLElement | null => document.getElementById(id);
// Paper is white whatever the screen is. First of all listeners: the charts are drawn again in its colours.
const { classList } = document.documentElement;
addEventListener('beforeprint', () => classList.add('paper'));
addEventListener('afterprint', () => classList.remove('paper'));
if (data !== null) {
  const [charts, pictures, jobs] = [place('charts'), place('pictures'), place('jobs')];
  if (data.gallery !== null) document.querySelector('h1')?.after(galleryLink(data.gallery));
  for (const table of document.querySelectorAll<HTMLTableElement>('section table')) {
    if (!jobs?.contains(table)) makeSortable(table);
  }
  if (charts) render(<Charts view={data.report} />, charts);
  if (pictures) render(<Pictures view={data.report} />, pictures);
  if (jobs) {
    jobs.replaceChildren();
    render(<JobTable view={data.report} />, jobs);
  }
}

function galleryLink(address: string): HTMLElement {
  const line = document.createElement('p');
  const link = document.createElement('a');
  link.href = address;
  link.textContent = 'Contact sheet: look, pick and reject';
  line.append(link);
  return line;
}
