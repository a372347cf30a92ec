import type { FileView, ReportView } from '../../src/report/report-view.ts';
import { Preview } from './file-cell.tsx';
import { amount } from './format.ts';

/** A first look at what was made: more is in the table below and on the contact sheet. */
const MOST = 24;

/** Some of the pictures and films, spread over the batch. */
export function Pictures({ view }: { view: ReportView }) {
  const made = view.jobs.flatMap((job) => job.files.filter(isShown).map((file) => ({ job, file })));
  if (made.length === 0) return null;
  const every = Math.max(1, made.length / MOST);
  const shown = Array.from({ length: Math.min(MOST, made.length) }, (_, at) => made[Math.floor(at * every)]!);
  return (
    <section aria-labelledby="pictures-title">
      <h2 id="pictures-title">What was made</h2>
      <p>{made.length > MOST ? `${MOST} of ${amount(made.length)}, spread over the batch.` : ''}</p>
      <ul class="pictures">
        {shown.map(({ job, file }) => (
          <li key={file.path}>
            <figure>
              <Preview file={file} alt={job.prompt || job.id} />
              <figcaption>{job.id}</figcaption>
            </figure>
          </li>
        ))}
      </ul>
    </section>
  );
}

function isShown(file: FileView): boolean {
  return (file.kind === 'image' && (file.thumb ?? file.address) !== null) || (file.kind === 'video' && file.address !== null);
}
