/** Lets at most `limit` calls run at once; the others wait in order. */
export class Gate {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(private readonly limit: number) {}

  get idle(): boolean {
    return this.#running === 0 && this.#waiting.length === 0;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.limit) await new Promise<void>((admitted) => this.#waiting.push(admitted));
    else this.#running += 1;
    try {
      return await work();
    } finally {
      // The place is handed over, not given back: nobody who comes now may overtake those who wait.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }
}
