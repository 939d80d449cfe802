export type Side = "top" | "right" | "bottom" | "left";
export type Align = "start" | "center" | "end";

interface Size {
  width: number;
  height: number;
}
export interface Box extends Size {
  left: number;
  top: number;
}

const gapPx = 6;
/** Nothing that floats touches the window's edge. */
const edgePx = 8;
const opposite: Record<Side, Side> = { top: "bottom", bottom: "top", left: "right", right: "left" };

/** Where something that floats beside `anchor` goes: on the side asked for, or across from it when only there is room. Pure. */
export function placeBeside(
  anchor: Box,
  own: Size,
  view: Size,
  asked: Side,
  align: Align,
): { left: number; top: number } {
  const room: Record<Side, number> = {
    top: anchor.top,
    bottom: view.height - anchor.top - anchor.height,
    left: anchor.left,
    right: view.width - anchor.left - anchor.width,
  };
  const isUpright = asked === "top" || asked === "bottom";
  const needed = (isUpright ? own.height : own.width) + gapPx + edgePx;
  const side = room[asked] < needed && room[opposite[asked]] > room[asked] ? opposite[asked] : asked;
  const along = (start: number, length: number, ownLength: number): number => {
    if (align === "start") return start;
    return align === "end" ? start + length - ownLength : start + (length - ownLength) / 2;
  };
  const left = isUpright
    ? along(anchor.left, anchor.width, own.width)
    : side === "left"
      ? anchor.left - gapPx - own.width
      : anchor.left + anchor.width + gapPx;
  const top = isUpright
    ? side === "top"
      ? anchor.top - gapPx - own.height
      : anchor.top + anchor.height + gapPx
    : along(anchor.top, anchor.height, own.height);
  return {
    left: within(left, edgePx, view.width - own.width - edgePx),
    top: within(top, edgePx, view.height - own.height - edgePx),
  };
}

/** What is larger than the window keeps its beginning in view. */
const within = (value: number, least: number, most: number): number => Math.max(least, Math.min(value, most));
