import { flushSync } from 'preact/compat';
import { useEffect, useRef } from 'preact/hooks';

/** Keys that may be held down: whatever decides, or opens something, is done once. */
const HELD = /^(?:Arrow|Page| |Home|End)/;

/** Calls back for a key that is not meant for a field, a dialog or the browser. True: it was ours. */
export function useKeys(onKey: (key: string) => boolean): void {
  const latest = useRef(onKey);
  latest.current = onKey;
  useEffect(() => {
    const listener = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.repeat && !HELD.test(event.key)) return;
      const command = event.ctrlKey || event.metaKey;
      // With caps lock too.
      const key = command ? undoKey(event) : event.key.length === 1 ? event.key.toLowerCase() : event.key;
      if (target.closest('input:not([type=checkbox]), textarea, select') && event.key !== 'Escape') return;
      if (document.querySelector('dialog[open]') || event.altKey || key === null) return;
      // Space and Enter press the button that has the focus.
      if ((event.key === 'Enter' || event.key === ' ') && target.closest('button, a, summary, input')) return;
      // Drawn before the next key: whoever types fast means the cell that the last key led to.
      flushSync(() => {
        if (latest.current(key)) event.preventDefault();
      });
    };
    addEventListener('keydown', listener);
    return () => removeEventListener('keydown', listener);
  }, []);
}

/** What Ctrl or Command with a key means here; null: it is the browser's. */
function undoKey({ key, shiftKey }: KeyboardEvent): 'u' | 'y' | null {
  if (key.toLowerCase() === 'z') return shiftKey ? 'y' : 'u';
  return key.toLowerCase() === 'y' && !shiftKey ? 'y' : null;
}
