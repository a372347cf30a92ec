import { useState } from 'preact/hooks';
import type { ReviewOutput } from '../../src/review/review-view.ts';
import { Dialog } from './dialog.tsx';
import type { ReviewStore } from './store.ts';

/** A note on an output, and another prompt for when it is made again. */
export function NoteDialog({ store, output, onClose }: { store: ReviewStore; output: ReviewOutput; onClose: () => void }) {
  const before = store.decisionOf(output.output);
  const [note, setNote] = useState(before.note ?? '');
  const [prompt, setPrompt] = useState(before.prompt ?? '');
  const save = (event: Event) => {
    event.preventDefault();
    const other = prompt.trim() === '' || prompt === output.prompt ? null : prompt;
    void store.decide([{ output: output.output, note: note.trim() === '' ? null : note, prompt: other }]);
    onClose();
  };
  return (
    <Dialog label={`Note on ${output.job}`} onClose={onClose}>
      <form onSubmit={save}>
        <h2>{output.job}</h2>
        <label>
          Note
          <textarea rows={3} value={note} onInput={(event) => setNote(event.currentTarget.value)} autofocus />
        </label>
        <label>
          Another prompt, for when it is made again (empty: the same)
          <textarea rows={5} value={prompt} placeholder={output.prompt} onInput={(event) => setPrompt(event.currentTarget.value)} />
        </label>
        <p class="buttons">
          {output.prompt !== '' && prompt === '' && (
            <button type="button" onClick={() => setPrompt(output.prompt)}>
              Start from the present prompt
            </button>
          )}
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="main">
            Save
          </button>
        </p>
      </form>
    </Dialog>
  );
}
