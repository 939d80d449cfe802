/** A card that was drawn longer ago was drawn anew since. Shorter: its age is counted from when it was drawn. Longer: memory. */
const keptForMs = 3 * 60_000;

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null;

/**
 * Of each time in one picture the time that stands in its place in a later one. Where the same time stands in several places, the oldest: a
 * reading never looks younger than it is.
 */
export function timesBetween(before: unknown, after: unknown, times = new Map<string, string>()): Map<string, string> {
  if (!isFields(before) || !isFields(after)) return times;
  for (const [key, value] of Object.entries(before)) {
    const later = after[key];
    if (key !== "at") timesBetween(value, later, times);
    else if (typeof value === "string" && typeof later === "string") {
      const known = times.get(value);
      if (known === undefined || later < known) times.set(value, later);
    }
  }
  return times;
}

interface Compared {
  readonly shown: unknown;
  readonly newest: unknown;
  readonly times: ReadonlyMap<string, string>;
}

/**
 * When what is drawn was last confirmed. A card stays as it was drawn while its readings say the same: only their ages go on, and those ask
 * here.
 */
export class ConfirmedTimes {
  /** From the time a reading was drawn with, to the one it has in the picture that is drawn now. */
  #drawn = new Map<string, string>();
  #compared: Compared = { shown: null, newest: null, times: new Map() };

  /** Another picture is drawn, of which every part that says the same stays as it is. */
  redrawn(before: unknown, after: unknown, nowMs: number): void {
    const times = timesBetween(before, after);
    for (const [at, later] of this.#drawn) {
      if (nowMs - Date.parse(at) > keptForMs) this.#drawn.delete(at);
      else this.#drawn.set(at, times.get(later) ?? later);
    }
    for (const [at, later] of times) this.#drawn.set(at, later);
  }

  /** Of a reading in `shown`, or one that was drawn before it: its time in `newest`. */
  of(at: string, shown: unknown, newest: unknown): string {
    if (this.#compared.shown !== shown || this.#compared.newest !== newest)
      this.#compared = { shown, newest, times: timesBetween(shown, newest) };
    const drawn = this.#drawn.get(at) ?? at;
    return this.#compared.times.get(drawn) ?? drawn;
  }
}
