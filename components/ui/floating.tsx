"use client";

import { type HTMLAttributes, type RefObject, useEffect, useLayoutEffect, useRef } from "react";
import { cn } from "@/components/ui/cn";
import type { Align, Side } from "@/components/ui/place-beside";
import { showBeside } from "@/components/ui/show-beside";

export interface FloatingProps extends HTMLAttributes<HTMLDivElement> {
  anchor: RefObject<HTMLElement | null>;
  close: () => void;
  side: Side;
  align: Align;
}

/**
 * A menu or card that a button opened, in the page only while it is open: closes on Escape and on a press elsewhere, and the focus goes
 * back to the button. A component of its own: its effects end before its element leaves the page, so that it still knows the focus.
 */
export function Floating({ anchor, close, side, align, className, ...rest }: FloatingProps) {
  const panel = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const shown = panel.current;
    const from = anchor.current;
    if (shown === null || from === null) return;
    const hide = showBeside(shown, from, side, align);
    return () => {
      const held = shown.contains(document.activeElement);
      hide();
      if (held) from.focus();
    };
  }, [anchor, side, align]);

  useEffect(() => {
    const press = (event: PointerEvent): void => {
      const at = event.target;
      if (at instanceof Node && (panel.current?.contains(at) || anchor.current?.contains(at))) return;
      close();
    };
    const key = (event: KeyboardEvent): void => {
      if (event.key !== "Escape") return;
      // Only the innermost goes: a dialog around it stays.
      event.preventDefault();
      event.stopPropagation();
      close();
    };
    document.addEventListener("pointerdown", press, true);
    document.addEventListener("keydown", key, true);
    return () => {
      document.removeEventListener("pointerdown", press, true);
      document.removeEventListener("keydown", key, true);
    };
  }, [close, anchor]);

  return (
    <div
      {...rest}
      ref={panel}
      popover="manual"
      className={cn("inset-auto m-0 rounded-lg bg-raised text-ink shadow-pop", className)}
    />
  );
}
