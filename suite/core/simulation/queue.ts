/** Virtual time. Everything in the simulation happens through this queue, in order of time, then of asking. */
export class Queue {
  now = 0;
  private next = 0;
  private readonly waiting: { at: number; order: number; run: () => void }[] = [];

  after(delayMs: number, run: () => void): void {
    const entry = { at: this.now + delayMs, order: this.next, run };
    this.next += 1;
    let index = this.waiting.length;
    while (index > 0) {
      const before = this.waiting[index - 1];
      if (before === undefined || before.at <= entry.at) break;
      index -= 1;
    }
    this.waiting.splice(index, 0, entry);
  }

  runUntil(timeMs: number): void {
    for (;;) {
      const first = this.waiting[0];
      if (first === undefined || first.at > timeMs) break;
      this.waiting.shift();
      this.now = first.at;
      first.run();
    }
    this.now = timeMs;
  }
}
