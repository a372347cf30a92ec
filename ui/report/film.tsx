import { useState } from 'preact/hooks';
import type { FileView } from '../../src/report/report-view.ts';
import { filmPoster } from './film-poster.ts';

/** A film that plays where it stands: a drawn poster until its first frame is there, and instead of it where the file is not. */
export function Film({ file, address, alt }: { file: FileView; address: string; alt: string }) {
  const [state, setState] = useState<'waits' | 'shows' | 'gone'>('waits');
  const poster = filmPoster(file);
  if (state === 'gone') {
    return (
      <span class="film">
        <img src={poster} alt={alt} />
        <small>Films play from the output folder: the file is not there.</small>
      </span>
    );
  }
  return (
    <span class="film">
      <video
        src={`${address}#t=0.1`}
        poster={state === 'shows' ? undefined : poster}
        preload="metadata"
        controls
        muted
        playsInline
        aria-label={alt}
        onLoadedData={() => setState('shows')}
        onError={() => setState('gone')}
      />
      <img class="on-paper" src={poster} alt="" />
    </span>
  );
}
