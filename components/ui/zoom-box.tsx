/* oxlint-disable jsx-a11y/prefer-tag-over-role, jsx-a11y/no-noninteractive-tabindex, jsx-a11y/no-noninteractive-element-interactions -- a region would add a landmark within its panel's; keyboards scroll it only when it takes focus */
"use client";

import { Maximize, ZoomIn, ZoomOut } from "lucide-react";
import {
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { Button } from "@/components/ui/button";

export interface ZoomBoxProps {
  /** Name of the picture. */
  label: string;
  /** Keys and mouse in one sentence, read with the name. */
  hint: string;
  buttons: { in: string; out: string; whole: string };
  /** Width of the picture at 100 %, below which it scrolls rather than shrinks. */
  naturalRem: number;
  /** The picture; it takes the whole width it is given. */
  children: ReactNode;
}

const zoomMin = 0.5;
const zoomMax = 4;
const step = 1.25;
/** Below this a press that moves is still a click on what lies under it. */
const dragFromPx = 4;

const within = (zoom: number): number => Math.min(zoomMax, Math.max(zoomMin, Math.round(zoom * 100) / 100));

/** A picture one can go into: buttons, + − 0 and the arrow keys, Ctrl and the wheel, dragging. On paper it is whole. */
export function ZoomBox({ label, hint, buttons, naturalRem, children }: ZoomBoxProps) {
  const [zoom, setZoom] = useState(1);
  const box = useRef<HTMLDivElement>(null);
  /** The point of the picture that stays where it is on the screen through the next change of size. */
  const anchor = useRef<{ x: number; y: number; from: number } | null>(null);
  const drag = useRef<{ x: number; y: number; left: number; top: number; moves: boolean } | null>(null);

  const zoomBy = useCallback((factor: number, at?: { x: number; y: number }) => {
    setZoom((before) => {
      const element = box.current;
      if (element !== null)
        anchor.current = {
          x: at?.x ?? element.clientWidth / 2,
          y: at?.y ?? element.clientHeight / 2,
          from: anchor.current?.from ?? before,
        };
      return factor === 0 ? 1 : within(before * factor);
    });
  }, []);

  useLayoutEffect(() => {
    const element = box.current;
    const kept = anchor.current;
    anchor.current = null;
    if (element === null || kept === null) return;
    const ratio = zoom / kept.from;
    element.scrollLeft = (element.scrollLeft + kept.x) * ratio - kept.x;
    element.scrollTop = (element.scrollTop + kept.y) * ratio - kept.y;
  }, [zoom]);

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    // React's own listener is passive: the page would zoom along.
    const onWheel = (event: WheelEvent): void => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const { left, top } = element.getBoundingClientRect();
      zoomBy(event.deltaY < 0 ? step : 1 / step, { x: event.clientX - left, y: event.clientY - top });
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, [zoomBy]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const factor = { "+": step, "=": step, "-": 1 / step, "0": 0 }[event.key];
    if (factor === undefined) return;
    event.preventDefault();
    zoomBy(factor);
  };
  const onPointerDown = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.pointerType === "touch" || event.button !== 0) return;
    const { scrollLeft, scrollTop } = event.currentTarget;
    drag.current = { x: event.clientX, y: event.clientY, left: scrollLeft, top: scrollTop, moves: false };
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>): void => {
    const from = drag.current;
    if (from === null) return;
    const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
    if (!from.moves && Math.hypot(dx, dy) < dragFromPx) return;
    // Captured only now: a captured press is no click on the link below it any more.
    if (!from.moves) event.currentTarget.setPointerCapture(event.pointerId);
    from.moves = true;
    event.currentTarget.scrollLeft = from.left - dx;
    event.currentTarget.scrollTop = from.top - dy;
  };
  const endDrag = (): void => {
    drag.current = null;
  };

  return (
    <div className="relative">
      <div className="absolute top-2 right-3 z-10 flex items-center gap-1 rounded-md border border-line bg-panel p-0.5 print:hidden">
        <span aria-live="polite" className="w-11 text-center text-xs text-muted tabular-nums">
          {Math.round(zoom * 100)} %
        </span>
        <Button variant="quiet" size="icon" aria-label={buttons.out} onClick={() => zoomBy(1 / step)}>
          <ZoomOut aria-hidden />
        </Button>
        <Button variant="quiet" size="icon" aria-label={buttons.in} onClick={() => zoomBy(step)}>
          <ZoomIn aria-hidden />
        </Button>
        <Button variant="quiet" size="icon" aria-label={buttons.whole} onClick={() => zoomBy(0)}>
          <Maximize aria-hidden />
        </Button>
      </div>
      <div
        ref={box}
        role="group"
        tabIndex={0}
        aria-label={`${label}. ${hint}`}
        onKeyDown={onKeyDown}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={endDrag}
        onPointerCancel={endDrag}
        onDragStart={(event) => event.preventDefault()}
        className="max-h-[calc(100dvh-8rem)] overflow-auto p-3 pt-12 -outline-offset-2 print:max-h-none print:overflow-visible print:p-0"
      >
        <div
          className="print:w-full! print:min-w-0!"
          style={{ width: `${zoom * 100}%`, minWidth: `${zoom * naturalRem}rem` }}
        >
          {children}
        </div>
      </div>
    </div>
  );
}
