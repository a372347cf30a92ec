import { Dialog } from './dialog.tsx';

const KEYS: readonly (readonly [string, string])[] = [
  ['← → ↑ ↓', 'previous, next, the line above and below; space is next'],
  ['Home, End, Page ↑ ↓', 'the first, the last, a page up and down'],
  ['p', 'pick; again takes it back'],
  ['x', 'reject; again takes it back'],
  ['s', 'star'],
  ['n', 'note, and another prompt for when it is made again'],
  ['u, Ctrl+Z', 'undo the last decision, and the one before'],
  ['y, Ctrl+Shift+Z, Ctrl+Y', 'redo what was undone, until something else is decided'],
  ['Enter', 'large view'],
  ['c', 'side by side: attempts and models on the same prompt'],
  ['Esc', 'back; a note that is not saved is asked about first'],
  ['Ctrl+Enter', 'save the note'],
  ['/', 'search'],
];

/** The keys. */
export function KeyHelp({ onClose }: { onClose: () => void }) {
  return (
    <Dialog label="Keys" onClose={onClose}>
      <h2>Keys</h2>
      <dl class="keys">
        {KEYS.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <p class="buttons">
        <button type="button" class="main" onClick={onClose}>
          Close
        </button>
      </p>
    </Dialog>
  );
}
