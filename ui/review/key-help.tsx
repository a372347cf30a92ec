import { Dialog } from './dialog.tsx';

const KEYS: readonly (readonly [string, string])[] = [
  ['← → ↑ ↓', 'previous, next, the line above and below; space is next'],
  ['p', 'pick; again takes it back'],
  ['x', 'reject; again takes it back'],
  ['s', 'star'],
  ['n', 'note, and another prompt for when it is made again'],
  ['u, Ctrl+Z', 'undo the last decision'],
  ['Enter', 'large view'],
  ['c', 'side by side: attempts and models on the same prompt'],
  ['Esc', 'back'],
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
