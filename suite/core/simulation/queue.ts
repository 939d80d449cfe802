interface Entry {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** More events than this at one instant is a loop without a pause in the core or in the simulation. */
const eventsAtOnceMax = 20_000;

/** Virtual time. Everything in the simulation happens through this queue, in order of time, then of asking. */
export class Queue {
  now = 0;
  /** The witness looks here: after every single event. */
  afterEach: () => void = () => undefined;
  private order = 0;
  private atOnce = 0;
  private readonly heap: Entry[] = [];

  after(delayMs: number, run: () => void): void {
    const { heap } = this;
    const entry = { at: this.now + Math.max(0, delayMs), order: this.order, run };
    this.order += 1;
    let index = heap.length;
    heap.push(entry);
    while (index > 0) {
      const up = (index - 1) >> 1;
      const parent = heap[up];
      if (parent === undefined || !before(entry, parent)) break;
      heap[index] = parent;
      index = up;
    }
    heap[index] = entry;
  }

  runUntil(timeMs: number): void {
    for (;;) {
      const first = this.heap[0];
      if (first === undefined || first.at > timeMs) break;
      this.removeFirst();
      this.atOnce = first.at === this.now ? this.atOnce + 1 : 0;
      if (this.atOnce > eventsAtOnceMax) throw new Error(`time stands still at ${this.now} ms`);
      this.now = first.at;
      first.run();
      this.afterEach();
    }
    this.now = timeMs;
  }

  private removeFirst(): void {
    const { heap } = this;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      let child = heap[left];
      let at = left;
      const right = heap[left + 1];
      if (child !== undefined && right !== undefined && before(right, child)) {
        child = right;
        at = left + 1;
      }
      if (child === undefined || !before(child, last)) break;
      heap[index] = child;
      index = at;
    }
    heap[index] = last;
  }
}

const before = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
