import { AppError } from "@/contract/errors";

/** A program that waits to be given its work: once, or never. */
export class Arming<T> {
  readonly #outcome = Promise.withResolvers<T | null>();
  #begun: Promise<T> | null = null;
  #isOver = false;
  #patience: NodeJS.Timeout | undefined;

  /** What the work came to; null: nobody gave any, or it failed. */
  readonly outcome: Promise<T | null> = this.#outcome.promise;

  get begun(): Promise<T> | null {
    return this.#begun;
  }

  /** Asked twice, after an answer that was lost, it begins once. */
  begin(work: () => Promise<T>): Promise<T> {
    // Begun now, it would lie on disk with nobody left to carry it to its end.
    if (this.#isOver) throw new AppError("conflict", "this guard has waited long enough and is leaving");
    clearTimeout(this.#patience);
    this.#begun ??= this.#follow(work);
    return this.#begun;
  }

  /** From now on for this long, whatever was said before. */
  waitFor(ms: number): void {
    clearTimeout(this.#patience);
    if (this.#begun !== null || this.#isOver) return;
    this.#patience = setTimeout(() => this.giveUp(), ms);
  }

  /** Waits no longer. What has begun goes on: half of it lies on disk, and nobody else would carry it to its end. */
  giveUp(): void {
    clearTimeout(this.#patience);
    if (this.#begun !== null) return;
    this.#isOver = true;
    this.#outcome.resolve(null);
  }

  async #follow(work: () => Promise<T>): Promise<T> {
    try {
      const made = await work();
      this.#outcome.resolve(made);
      return made;
    } catch (error) {
      this.#outcome.resolve(null);
      throw error;
    }
  }
}
