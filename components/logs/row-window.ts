/** One line of `text-xs`. */
export const rowHeightPx = 18;
/** Drawn beyond the visible part. Fewer: white gaps while scrolling fast. */
const overscanRows = 12;
/** The window moves in such steps: by single rows every pixel of a scroll would draw the list anew. */
const stepRows = 6;

export interface RowWindow {
  readonly first: number;
  readonly count: number;
}

/** Which rows are in the page for a list that stands at `top`. Pure. */
export function windowAt(top: number, heightPx: number): RowWindow {
  const seen = Math.ceil(heightPx / rowHeightPx);
  const at = Math.floor(Math.max(0, top) / rowHeightPx);
  const first = Math.max(0, at - (at % stepRows) - overscanRows);
  return { first, count: seen + 2 * overscanRows + stepRows };
}

/** The same at the end of `total` rows. */
export function windowAtEnd(total: number, heightPx: number): RowWindow {
  const count = Math.ceil(heightPx / rowHeightPx) + overscanRows;
  return { first: Math.max(0, total - count), count };
}
