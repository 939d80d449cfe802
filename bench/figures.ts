/** Figures of a series. Pure. */
const sorted = (values: readonly number[]): number[] => values.toSorted((a, b) => a - b);

/** Nearest rank: a value that was measured, never one between two. */
export function percentile(values: readonly number[], percent: number): number {
  const found = sorted(values)[Math.max(0, Math.ceil((percent / 100) * values.length) - 1)];
  if (found === undefined) throw new RangeError("no values");
  return found;
}

export function median(values: readonly number[]): number {
  const inOrder = sorted(values);
  const [low, high] = [inOrder[Math.floor((values.length - 1) / 2)], inOrder[Math.floor(values.length / 2)]];
  if (low === undefined || high === undefined) throw new RangeError("no values");
  return (low + high) / 2;
}

export const rounded = (value: number, digits = 3): number => Number(value.toFixed(digits));
