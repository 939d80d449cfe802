"use client";

import { type ReactNode, useEffect, useRef } from "react";
import { showBeside } from "@/components/ui/show-beside";

/** Shorter: tips flash while the pointer crosses a table. Longer: they feel broken. */
const openDelayMs = 350;
/** Time to move the pointer from the element onto its tip, which may be read and copied (WCAG 1.4.13). */
const closeDelayMs = 150;

/**
 * Says more about the focusable element right before it, while that is pointed at or has the focus; Escape puts it away. Always in the
 * page, so that the element can be described by it (`id`).
 */
export function Tip({ id, children }: { id: string; children: ReactNode }) {
  const tip = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const panel = tip.current;
    const anchor = panel?.previousElementSibling;
    if (!panel || !(anchor instanceof HTMLElement)) return;
    let hide: (() => void) | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const close = (): void => {
      clearTimeout(timer);
      hide?.();
      hide = null;
    };
    const open = (): void => {
      clearTimeout(timer);
      hide ??= showBeside(panel, anchor, "top", "center");
    };
    const after = (ms: number, act: () => void): void => {
      clearTimeout(timer);
      timer = setTimeout(act, ms);
    };
    const watched = new AbortController();
    const on = (element: HTMLElement, name: string, act: (event: Event) => void): void =>
      element.addEventListener(name, act, { signal: watched.signal });
    on(anchor, "pointerenter", () => after(openDelayMs, open));
    on(panel, "pointerenter", open);
    for (const element of [anchor, panel]) on(element, "pointerleave", () => after(closeDelayMs, close));
    on(anchor, "focus", () => anchor.matches(":focus-visible") && open());
    on(anchor, "blur", close);
    on(anchor, "keydown", (event) => {
      if (hide === null || !(event instanceof KeyboardEvent) || event.key !== "Escape") return;
      // The dialog around it stays.
      event.preventDefault();
      close();
    });
    return () => {
      watched.abort();
      close();
    };
  }, []);
  return (
    <span
      ref={tip}
      id={id}
      role="tooltip"
      popover="manual"
      className="inset-auto m-0 max-w-80 rounded-md bg-ink px-2.5 py-1.5 text-left text-xs font-normal text-panel shadow-pop text-balance whitespace-normal print:hidden"
    >
      {children}
    </span>
  );
}
