/** Seeded, so that a schedule that failed once fails again. */
export class Chance {
  private state: number;

  /** Seed 0: no chance at all, every wait takes its usual time. Golden scenarios use that. */
  constructor(private readonly seed: number) {
    this.state = seed >>> 0;
  }

  get isOn(): boolean {
    return this.seed !== 0;
  }

  /** [0, 1), Mulberry32. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** Usually half to twice the time, sometimes six times: what a loaded node does. */
  vary(milliseconds: number): number {
    if (this.seed === 0) return milliseconds;
    const draw = this.next();
    return draw < 0.05 ? milliseconds * 6 : milliseconds * (0.5 + 1.5 * draw);
  }

  between(low: number, high: number): number {
    return this.seed === 0 ? high : low + this.next() * (high - low);
  }
}
