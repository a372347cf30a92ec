import { NoAnswer, type ReviewClient } from './client.ts';
import { saveFile } from './save-file.ts';
import { shareNews } from './share-news.ts';

/** The program that served the page. */
export function serverClient(): ReviewClient {
  return {
    live: true,
    madeAt: null,
    outputs: (after) => ask(`/api/outputs?after=${after}`),
    decisions: (after) => ask(`/api/decisions?after=${after}`),
    status: () => ask('/api/status'),
    decide: (changes) => ask('/api/decisions', { changes }),
    undo: () => ask('/api/undo', {}),
    redo: () => ask('/api/redo', {}),
    regenerate: (outputs, agreed) => ask('/api/regenerate', { outputs, agreed }),
    pause: (paused) => ask('/api/pause', { paused }),
    listen: shareNews,
    async download() {
      const answer = await fetch('/api/decisions.csv');
      if (!answer.ok) throw new Error(await answer.text());
      saveFile('decisions.csv', await answer.blob());
    },
    media: ({ output }) => `/media/${output}`,
    thumb: ({ output, kind, sha256 }) => (kind === 'image' ? `/thumb/${output}?v=${sha256.slice(0, 16)}` : null),
  };
}

async function ask<Answer>(path: string, body?: object): Promise<Answer> {
  const post = body && { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const answer = await fetch(path, post ?? {}).catch(() => {
    throw new NoAnswer();
  });
  if (answer.ok) return (await answer.json()) as Answer;
  const text = await answer.text();
  throw new Error(answer.headers.get('content-type')?.includes('json') ? (JSON.parse(text) as { error: string }).error : text);
}
