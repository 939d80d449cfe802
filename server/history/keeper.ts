import { log } from "@/server/log";
import type { Chunk } from "@/server/history/chunk";
import { Recorder, type Sample } from "@/server/history/recorder";
import type { Resolution } from "@/server/history/resolutions";
import { loadChunks, loadOpenChunks, saveChunks } from "@/server/history/store";
import { oncePerProcess } from "@/server/process";

/** All subjects' recorders of this process and the way from memory to disk and back. */
export class HistoryKeeper {
  readonly #recorders = new Map<string, Promise<Recorder>>();
  #saving: Promise<void> = Promise.resolve();

  async record(subject: string, sample: Sample, seconds: number): Promise<void> {
    (await this.#recorder(subject, seconds)).add(seconds, sample);
  }

  /** The newest reading; null: none since this process began. */
  async newest(subject: string): Promise<{ at: number; sample: Sample } | null> {
    return (await this.#recorders.get(subject))?.newest ?? null;
  }

  /** From memory where it is newer than the disk. Oldest first. */
  async chunks(subject: string, resolution: Resolution, from: number, to: number): Promise<Chunk[]> {
    const stored = await loadChunks(subject, resolution, from, to);
    const recorder = await this.#recorders.get(subject);
    const held = (recorder?.inMemory(resolution) ?? []).filter((chunk) => chunk.end > from && chunk.start < to);
    const starts = new Set(held.map(({ start }) => start));
    return [...stored.filter(({ start }) => !starts.has(start)), ...held].toSorted((a, b) => a.start - b.start);
  }

  /** Writes what is due, in one transaction. One at a time; what could not be written is tried again at the next call. */
  save(seconds: number, everything = false): Promise<void> {
    this.#saving = this.#saving.then(() => this.#saveNow(seconds, everything));
    return this.#saving;
  }

  forget(subject: string): void {
    this.#recorders.delete(subject);
  }

  get subjects(): string[] {
    return [...this.#recorders.keys()];
  }

  async #saveNow(seconds: number, everything: boolean): Promise<void> {
    const due: { subject: string; recorder: Recorder; chunks: Chunk[] }[] = [];
    for (const [subject, making] of this.#recorders) {
      const recorder = await making.catch(() => null);
      const chunks = recorder?.takeDue(seconds, everything) ?? [];
      if (recorder !== null && chunks.length > 0) due.push({ subject, recorder, chunks });
    }
    if (due.length === 0) return;
    const began = performance.now();
    try {
      const bytes = await saveChunks(due);
      const milliseconds = Math.round(performance.now() - began);
      log().debug({ area: "history", subjects: due.length, bytes, milliseconds }, "history written");
    } catch (error) {
      for (const { recorder, chunks } of due) recorder.giveBack(chunks);
      log().error({ area: "history", error: String(error) }, "history could not be written; it is tried again");
    }
  }

  #recorder(subject: string, seconds: number): Promise<Recorder> {
    const known = this.#recorders.get(subject);
    if (known !== undefined) return known;
    const made = loadOpenChunks(subject, seconds).then((chunks) => new Recorder(chunks));
    this.#recorders.set(subject, made);
    // A database that does not answer now may answer the next reading.
    made.catch(() => this.#recorders.delete(subject));
    return made;
  }
}

export const historyKeeper = (): HistoryKeeper => oncePerProcess("history", () => new HistoryKeeper());
