import { pollUntil } from "@/lib/poll-until";

/** sshd ends early in a shutdown: this long nothing may answer before the machine counts as off. Shorter calls it off while disks are being flushed. */
const silenceMs = 10_000;
/** One knock. Shorter calls a busy machine silent; longer only makes the listening coarse. */
export const knockMs = 6_000;
/** The last knocks of a silence may be cut to what is missing of it, but no further: a busy machine must have time to answer. */
const shortKnockMs = 2_000;
/** Between two knocks of one silence. What was longer alone is not known to have been silent. */
const gapMs = 3_000;
const everyMs = 1_000;

/** Does anybody answer within that time? */
export type Knock = (timeoutMs: number) => Promise<boolean>;

/** How long a machine has been silent, by the knocks of this process; one that starts anew listens from the beginning. */
export class Silence {
  readonly #heard = new Map<string, { since: number; until: number }>();

  /** Milliseconds so far, from the start of the first knock that nobody answered; null: it answers. */
  async soFar(place: string, knock: Knock, timeoutMs = knockMs): Promise<number | null> {
    const began = performance.now();
    if (await knock(timeoutMs)) {
      this.#heard.delete(place);
      return null;
    }
    const before = this.#heard.get(place);
    const since = before !== undefined && began - before.until <= gapMs ? before.since : began;
    const until = performance.now();
    this.#heard.set(place, { since, until });
    return until - since;
  }

  /** Listens until the silence has lasted; false as soon as somebody answers. */
  async lasts(place: string, knock: Knock, signal: AbortSignal): Promise<boolean> {
    let soFar = await this.soFar(place, knock);
    const answered = async () => {
      const left = silenceMs - (soFar ?? 0);
      soFar = await this.soFar(place, knock, Math.min(knockMs, Math.max(shortKnockMs, left)));
      return soFar === null ? true : null;
    };
    if (soFar !== null && soFar < silenceMs)
      await pollUntil(answered, { timeoutMs: silenceMs - soFar, everyMs, signal });
    return soFar !== null;
  }
}
