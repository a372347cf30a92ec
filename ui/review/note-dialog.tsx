import { useRef, useState } from 'preact/hooks';
import type { ReviewOutput } from '../../src/review/review-view.ts';
import { Dialog } from './dialog.tsx';
import type { ReviewStore } from './store.ts';

/** A note on an output, and another prompt for when it is made again. What was written is saved or thrown away by a button, never by Escape alone. */
export function NoteDialog({ store, output, onClose }: { store: ReviewStore; output: ReviewOutput; onClose: () => void }) {
  const before = store.decisionOf(output.output);
  const [first] = useState({ note: before.note ?? '', prompt: before.prompt ?? '' });
  const [note, setNote] = useState(first.note);
  const [prompt, setPrompt] = useState(first.prompt);
  const [asking, setAsking] = useState(false);
  const writing = useRef<HTMLTextAreaElement>(null);
  const changed = note !== first.note || prompt !== first.prompt;
  const goOn = () => {
    setAsking(false);
    writing.current?.focus();
  };
  const leave = () => {
    if (asking) goOn();
    else if (changed) setAsking(true);
    else onClose();
  };
  const save = (event: Event) => {
    event.preventDefault();
    const other = prompt.trim() === '' || prompt === output.prompt ? null : prompt;
    void store.decide([{ output: output.output, note: note.trim() === '' ? null : note, prompt: other }]);
    onClose();
  };
  return (
    <Dialog label={`Note on ${output.job}`} onClose={leave}>
      <form
        onSubmit={save}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) save(event);
        }}
      >
        <h2>
          {output.job}, attempt {output.attempt}
        </h2>
        <label>
          Note
          <textarea ref={writing} rows={3} value={note} onInput={(event) => setNote(event.currentTarget.value)} autofocus />
        </label>
        <label>
          Another prompt, for when it is made again (empty: the same)
          <textarea rows={5} value={prompt} placeholder={output.prompt} onInput={(event) => setPrompt(event.currentTarget.value)} />
        </label>
        {asking && (
          <p role="alert" class="warn">
            This is not saved yet. Save it, discard it, or go on writing.
          </p>
        )}
        <p class="buttons">
          {output.prompt !== '' && prompt === '' && (
            <button type="button" onClick={() => setPrompt(output.prompt)}>
              Start from the present prompt
            </button>
          )}
          <button type="button" onClick={onClose}>
            {changed ? 'Discard' : 'Cancel'}
          </button>
          {asking && (
            <button type="button" onClick={goOn}>
              Go on writing <kbd>Esc</kbd>
            </button>
          )}
          <button type="submit" class="main" title="Ctrl+Enter">
            Save
          </button>
        </p>
      </form>
    </Dialog>
  );
}
