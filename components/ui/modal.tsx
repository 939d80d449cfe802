"use client";

import { type ReactNode, useLayoutEffect, useRef } from "react";
import { cn } from "@/components/ui/cn";

export interface ModalProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** Either the name itself, or the id of the element that is it. */
  label?: string;
  labelledBy?: string;
  describedBy?: string | undefined;
  className?: string | undefined;
  children: ReactNode;
}

/**
 * The browser's own modal dialog: nothing behind it takes focus or is read, Escape closes it, and the focus goes back to where it was.
 * In the page only while it is open.
 */
export function Modal(props: ModalProps) {
  return props.open ? <OpenModal {...props} /> : null;
}

function OpenModal({ onOpenChange, label, labelledBy, describedBy, className, children }: ModalProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const shown = dialog.current;
    if (shown === null) return;
    if (!shown.open) shown.showModal();
    // Before React takes it out of the page: only a dialog that is closed gives the focus back.
    return () => shown.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-label={label}
      aria-labelledby={labelledBy}
      aria-describedby={describedBy}
      onCancel={(event) => {
        event.preventDefault();
        onOpenChange(false);
      }}
      // Browsers let a second Escape through without asking.
      onClose={(event) => {
        if (!event.currentTarget.open) onOpenChange(false);
      }}
      // The pressed element is the dialog itself only outside its content.
      onPointerDown={(event) => {
        if (event.target === event.currentTarget && isOutside(event.currentTarget, event)) onOpenChange(false);
      }}
      className={cn(
        "fixed overflow-hidden rounded-lg bg-raised p-0 text-ink shadow-pop backdrop:bg-overlay open:flex open:flex-col open:animate-in open:fade-in-0",
        className,
      )}
    >
      {children}
    </dialog>
  );
}

function isOutside(dialog: HTMLElement, at: { clientX: number; clientY: number }): boolean {
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  return at.clientX < left || at.clientX > right || at.clientY < top || at.clientY > bottom;
}
