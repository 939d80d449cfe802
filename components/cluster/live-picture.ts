import { type ClusterStatus, confirmations } from "@/contract/cluster-status";
import type { StatusMessage } from "@/contract/status-message";
import { keeping, withChange } from "@/lib/change";

/**
 * That long the page may show times of confirmations that have been overtaken. Shorter: all cards are drawn again and again for times nobody
 * reads to the second. Longer: the age of a reading that was just confirmed leaves "less than 20 s".
 */
const overtakenMs = 11_000;
/** What a message's way takes differs from message to message. Less would count every age on the page anew with each. */
const offsetStepMs = 500;

export interface Shown {
  readonly status: ClusterStatus | null;
  /** The panel's clock minus the browser's when the status arrived. */
  readonly clockOffsetMs: number;
}
export const nothingShown: Shown = { status: null, clockOffsetMs: 0 };

/** What a page knows of its cluster, and of that what is worth drawing. */
export class LivePicture {
  #newest: ClusterStatus | null = null;
  #shown = nothingShown;
  /** When all that is shown was as new as what is known. */
  #currentAtMs = Number.NEGATIVE_INFINITY;

  /** With every confirmation that has come. What it says is what is shown. */
  readonly newest = (): ClusterStatus | null => this.#newest;

  /** What to draw now; null: what is drawn still says it. */
  take(message: StatusMessage, nowMs: number): Shown | null {
    const newest = this.#with(message);
    if (newest === null) return null;
    this.#newest = newest;
    const before = this.#shown.status;
    if (before === null || nowMs - this.#currentAtMs > overtakenMs) {
      this.#currentAtMs = nowMs;
      return this.#show(newest, newest, nowMs);
    }
    const status = keeping(before, newest, confirmations);
    return status === before ? null : this.#show(status, newest, nowMs);
  }

  #with(message: StatusMessage): ClusterStatus | null {
    if ("whole" in message) return message.whole;
    const before = this.#newest;
    // Made from another status than the one that is here, it would make a third. The page then doubts what it shows, until a whole one comes.
    return before === null || before.revision !== message.from ? null : withChange(before, message.change);
  }

  #show(status: ClusterStatus, newest: ClusterStatus, nowMs: number): Shown {
    const offsetMs = Date.parse(newest.at) - nowMs;
    const { clockOffsetMs } = this.#shown;
    const isSteady = this.#shown.status !== null && Math.abs(offsetMs - clockOffsetMs) < offsetStepMs;
    this.#shown = { status, clockOffsetMs: isSteady ? clockOffsetMs : offsetMs };
    return this.#shown;
  }
}
