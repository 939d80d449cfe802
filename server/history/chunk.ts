import type { Resolution } from "@/server/history/resolutions";

/** What fell into one slot. `count` 0: nothing was read, so there is no value: a gap, not a zero. */
export interface Slot {
  average: number;
  least: number;
  most: number;
  count: number;
}

export interface Column {
  readonly average: Float32Array;
  readonly least: Float32Array;
  readonly most: Float32Array;
  readonly count: Uint16Array;
}

/** As many columns as a chunk takes. A node with more disks or NICs keeps its totals; beyond it new names are dropped. */
export const mostMetrics = 120;
const mostCounted = 65_535;

export const emptyColumn = (slots: number): Column => ({
  average: new Float32Array(slots),
  least: new Float32Array(slots),
  most: new Float32Array(slots),
  count: new Uint16Array(slots),
});

/** A span of one subject's history at one resolution. */
export class Chunk {
  /** Second of the newest reading in it; what came later is not in it yet. */
  newestAt = 0;

  constructor(
    readonly resolution: Resolution,
    readonly start: number,
    readonly columns = new Map<string, Column>(),
  ) {}

  get end(): number {
    return this.start + this.resolution.stepSeconds * this.resolution.slotsPerChunk;
  }

  add(seconds: number, metric: string, value: number): void {
    const index = Math.floor((seconds - this.start) / this.resolution.stepSeconds);
    if (index < 0 || index >= this.resolution.slotsPerChunk || !Number.isFinite(value)) return;
    const column = this.column(metric);
    if (column === null) return;
    const before = column.count[index] ?? 0;
    const count = Math.min(before + 1, mostCounted);
    const average = column.average[index] ?? 0;
    column.average[index] = average + (value - average) / count;
    column.least[index] = before === 0 ? value : Math.min(column.least[index] ?? value, value);
    column.most[index] = before === 0 ? value : Math.max(column.most[index] ?? value, value);
    column.count[index] = count;
    this.newestAt = Math.max(this.newestAt, seconds);
  }

  slot(metric: string, index: number): Slot | null {
    const column = this.columns.get(metric);
    const count = column?.count[index] ?? 0;
    if (column === undefined || count === 0) return null;
    return {
      average: column.average[index] ?? 0,
      least: column.least[index] ?? 0,
      most: column.most[index] ?? 0,
      count,
    };
  }

  private column(metric: string): Column | null {
    const known = this.columns.get(metric);
    if (known !== undefined) return known;
    if (this.columns.size >= mostMetrics) return null;
    const made = emptyColumn(this.resolution.slotsPerChunk);
    this.columns.set(metric, made);
    return made;
  }
}
