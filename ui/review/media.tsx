import { useEffect, useRef, useState } from 'preact/hooks';
import type { ReviewOutput } from '../../src/review/review-view.ts';
import type { ReviewClient } from './client.ts';

const WORDS = { image: 'picture', video: 'film', model3d: '3D model' } as const;

/** One output, small: a thumbnail, the first frame of a film, or what kind of file it is. */
export function SmallMedia({ client, output }: { client: ReviewClient; output: ReviewOutput }) {
  const thumb = client.thumb(output);
  const [failed, setFailed] = useState(0);
  if (output.kind === 'video') {
    return <video src={`${client.media(output)}#t=0.1`} preload="metadata" muted playsInline tabIndex={-1} aria-label={altOf(output)} />;
  }
  // First the small picture, then the file itself, then words.
  const source = output.kind === 'image' ? [thumb ?? client.media(output), client.media(output)][failed] : undefined;
  if (source === undefined) return <Placeholder output={output} gone={output.kind === 'image'} />;
  return <img src={source} alt={altOf(output)} decoding="async" draggable={false} onError={() => setFailed(failed + 1)} />;
}

/** One output, as large as there is room. `plays`: a film does so by itself, unless the person wants no motion. */
export function LargeMedia({ client, output, plays = true }: { client: ReviewClient; output: ReviewOutput; plays?: boolean }) {
  const [failed, setFailed] = useState(false);
  const film = useRef<HTMLVideoElement>(null);
  const moves = plays && !matchMedia('(prefers-reduced-motion: reduce)').matches;
  useEffect(() => {
    // Refused where the browser lets nothing play by itself: its controls are there.
    if (moves) film.current?.play().catch(() => {});
    else film.current?.pause();
  }, [moves]);
  if (failed) return <Placeholder output={output} gone />;
  const source = client.media(output);
  if (output.kind === 'video') {
    return (
      <video ref={film} src={source} controls loop={moves} muted playsInline aria-label={altOf(output)} onError={() => setFailed(true)} />
    );
  }
  if (output.kind === 'image') return <img src={source} alt={altOf(output)} onError={() => setFailed(true)} />;
  return (
    <div class="placeholder">
      <p>3D model, {output.media_type}</p>
      <a href={source} download={output.path.split('/').at(-1)}>
        Save the file
      </a>
    </div>
  );
}

function Placeholder({ output, gone }: { output: ReviewOutput; gone: boolean }) {
  return (
    <div class="placeholder">
      <span>{WORDS[output.kind]}</span>
      <small>{gone ? 'not on disk, or not to be read' : output.media_type}</small>
    </div>
  );
}

function altOf({ prompt, job }: ReviewOutput): string {
  return prompt.slice(0, 200) || job;
}
