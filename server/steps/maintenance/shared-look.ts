import type { Plan } from "@/contract/run";

/** What one cell of a run asks for, the others need not ask for at the same moment. Kept with the run's plan: a panel that starts anew knows nothing. */
export class SharedLook<T> {
  readonly #last = new WeakMap<Plan, { readonly askedMs: number; readonly answer: Promise<T> }>();

  /** The answer to a question of this run that was asked less than that long ago, or to a new one. A failure is only theirs who waited for it. */
  take(run: Plan, withinMs: number, ask: () => Promise<T>): Promise<T> {
    const last = this.#last.get(run);
    const askedMs = performance.now();
    if (last !== undefined && askedMs - last.askedMs < withinMs) return last.answer;
    const asked = { askedMs, answer: ask() };
    this.#last.set(run, asked);
    asked.answer.catch(() => {
      if (this.#last.get(run) === asked) this.#last.delete(run);
    });
    return asked.answer;
  }
}
