import type { FileView, JobView } from '../../src/report/report-view.ts';
import { Film } from './film.tsx';
import { size } from './format.ts';

/** The files of a job: small pictures, films that play, and names that lead to the file. */
export function FileCell({ job }: { job: JobView }) {
  return (
    <>
      {job.files.map((file) => (
        <div key={file.path} class="file">
          <Preview file={file} alt={`${file.path}: ${job.prompt || job.id}`} />
          <div>
            {file.address === null ? file.path : <a href={file.address}>{file.path}</a>} <small>{size(file.bytes)}</small>
          </div>
        </div>
      ))}
    </>
  );
}

/** How a file looks: its small picture, or the first moment of a film, which plays where it stands. */
export function Preview({ file, alt }: { file: FileView; alt: string }) {
  if (file.kind === 'video' && file.address !== null) {
    return <Film file={file} address={file.address} alt={alt} />;
  }
  const source = file.thumb ?? file.address;
  if (file.kind !== 'image' || source === null) return null;
  return <img src={source} alt={alt} loading="lazy" decoding="async" />;
}
