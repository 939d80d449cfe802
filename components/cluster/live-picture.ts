import { writtenAllTheWhile } from "@/components/cluster/written-all-the-while";
import type { ClusterStatus } from "@/contract/cluster-status";
import type { StatusMessage } from "@/contract/status-message";
import { keeping, withChange } from "@/lib/change";

/**
 * A reading on the page that is so old, and was confirmed since, is drawn anew, and with it all others. Shorter: all cards are drawn again and
 * again for times nobody reads to the second. Longer: an age leaves "less than 20 s", though its reading was just confirmed.
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

  /** With every confirmation that has come. What it says is what is shown. */
  readonly newest = (): ClusterStatus | null => this.#newest;

  /** What to draw now; null: what is drawn still says it. */
  take(message: StatusMessage, nowMs: number): Shown | null {
    const newest = this.#with(message);
    if (newest === null) return null;
    this.#newest = newest;
    const before = this.#shown.status;
    if (before === null || isOvertaken(before, newest)) return this.#show(newest, newest, nowMs);
    const status = keeping(before, newest, writtenAllTheWhile);
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

const timesOf = ({ ha, leader, intent, nodes }: ClusterStatus): string[] => [
  ha.at,
  leader.at,
  intent.at,
  ...nodes.flatMap(({ link, member, suite, links }) => [link.at, member.at, suite.at, links.at]),
];

function isOvertaken(shown: ClusterStatus, newest: ClusterStatus): boolean {
  const confirmed = timesOf(newest);
  const oldest = Date.parse(newest.at) - overtakenMs;
  return timesOf(shown).some((at, place) => Date.parse(at) <= oldest && at !== confirmed[place]);
}
