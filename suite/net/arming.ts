/** A program that waits to be given its work: once, or never. */
export class Arming<T> {
  readonly #outcome = Promise.withResolvers<T | null>();
  #begun: Promise<T> | null = null;

  /** What the work came to; null: nobody gave any, or it failed. */
  readonly outcome: Promise<T | null> = this.#outcome.promise;

  get begun(): Promise<T> | null {
    return this.#begun;
  }

  /** Asked twice, after an answer that was lost, it begins once. */
  begin(work: () => Promise<T>): Promise<T> {
    this.#begun ??= this.#follow(work);
    return this.#begun;
  }

  /** Waits no longer. What has begun goes on: half of it lies on disk, and nobody else would carry it to its end. */
  giveUp(): void {
    if (this.#begun === null) this.#outcome.resolve(null);
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
