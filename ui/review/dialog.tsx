import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

interface DialogProps {
  readonly label: string;
  /** Escape, or the browser's own way to close it. The dialog stays while it is still drawn afterwards. */
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** The browser's own modal dialog: keeps the focus, asks to be closed on Escape. */
export function Dialog({ label, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  // With the drawing, not after it: what is typed next is meant for the dialog, and would decide something on the sheet behind it.
  useLayoutEffect(() => {
    const element = dialog.current!;
    const before = document.activeElement as HTMLElement | null;
    element.showModal();
    element.querySelector<HTMLElement>('[autofocus], textarea, button.main')?.focus();
    return () => {
      // It has left the page by now, and the focus with it.
      element.close();
      if (before?.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-label={label}
      onKeyDown={(event) => {
        // Escape while a word is being composed ends the word only.
        if (event.key !== 'Escape' || event.isComposing) return;
        event.preventDefault();
        event.stopPropagation();
        if (!event.repeat) onClose();
      }}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClose={() => {
        // A browser may close a dialog that did not let itself be closed the first time.
        if (!dialog.current?.isConnected) return;
        dialog.current.showModal();
        onClose();
      }}
    >
      {children}
    </dialog>
  );
}
