import { Chunk } from "@/server/history/chunk";
import { chunkStart, finest, type Resolution, resolutions } from "@/server/history/resolutions";

/** Metric → value. What could not be read is not in it. */
export type Sample = Readonly<Record<string, number>>;

interface Open {
  chunk: Chunk;
  savedAt: number;
  isDirty: boolean;
}

/** One subject's newest chunk per resolution, and full ones until they are taken to be saved. No clock and no disk. */
export class Recorder {
  /** By step: the server's bundles may each hold these constants, so two of them are not the same object. */
  readonly #open = new Map<number, Open>();
  #full: Chunk[] = [];
  #newest: { at: number; sample: Sample } | null = null;

  /** `stored`: the open chunks as the disk has them; what they miss of the last minutes is taken from the finest. */
  constructor(stored: readonly Chunk[] = []) {
    const source = stored.find(({ resolution }) => isSame(resolution, finest));
    for (const chunk of stored) {
      if (source !== undefined && chunk !== source) fillUp(chunk, source);
      this.#open.set(chunk.resolution.stepSeconds, { chunk, savedAt: chunk.newestAt, isDirty: false });
    }
  }

  /** The newest reading of all and its second. */
  get newest(): { at: number; sample: Sample } | null {
    return this.#newest;
  }

  add(seconds: number, sample: Sample): void {
    this.#newest = { at: seconds, sample };
    for (const resolution of resolutions) {
      const open = this.#openAt(resolution, seconds);
      for (const [metric, value] of Object.entries(sample)) open.chunk.add(seconds, metric, value);
      open.isDirty = true;
    }
  }

  /** Chunks whose time to be written has come; `everything` at the end. They count as written from now on. */
  takeDue(seconds: number, everything = false): Chunk[] {
    const due = this.#full;
    this.#full = [];
    for (const open of this.#open.values()) {
      const { saveSeconds } = open.chunk.resolution;
      if (!open.isDirty || (!everything && seconds - open.savedAt < saveSeconds)) continue;
      due.push(open.chunk);
      open.isDirty = false;
      open.savedAt = seconds;
    }
    return due;
  }

  /** Writing failed: they are due again. */
  giveBack(chunks: readonly Chunk[]): void {
    for (const chunk of chunks) {
      const open = this.#open.get(chunk.resolution.stepSeconds);
      if (open?.chunk === chunk) Object.assign(open, { isDirty: true, savedAt: 0 });
      else this.#full.push(chunk);
    }
  }

  /** Not yet, or not completely, on disk. */
  inMemory(resolution: Resolution): Chunk[] {
    const open = this.#open.get(resolution.stepSeconds);
    const full = this.#full.filter((chunk) => isSame(chunk.resolution, resolution));
    return open === undefined ? full : [...full, open.chunk];
  }

  #openAt(resolution: Resolution, seconds: number): Open {
    const start = chunkStart(resolution, seconds);
    const open = this.#open.get(resolution.stepSeconds);
    // A clock that was put back writes anew what it had written of that time.
    if (open?.chunk.start === start) return open;
    if (open?.isDirty) this.#full.push(open.chunk);
    const made = { chunk: new Chunk(resolution, start), savedAt: seconds, isDirty: false };
    this.#open.set(resolution.stepSeconds, made);
    return made;
  }
}

const isSame = (a: Resolution, b: Resolution): boolean => a.stepSeconds === b.stepSeconds;

function fillUp(chunk: Chunk, source: Chunk): void {
  const knownUntil = chunk.newestAt;
  const { stepSeconds, slotsPerChunk } = source.resolution;
  for (let index = 0; index < slotsPerChunk; index += 1) {
    const at = source.start + index * stepSeconds;
    if (at <= knownUntil || at < chunk.start || at >= chunk.end) continue;
    for (const metric of source.columns.keys()) {
      const slot = source.slot(metric, index);
      if (slot !== null) chunk.add(at, metric, slot.average);
    }
  }
}
