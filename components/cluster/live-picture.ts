import { ConfirmedTimes } from "@/components/cluster/confirmed-times";
import { readingTimes, writtenAllTheWhile } from "@/components/cluster/written-all-the-while";
import type { ClusterStatus } from "@/contract/cluster-status";
import type { StatusMessage } from "@/contract/status-message";
import { keeping, withChange } from "@/lib/change";

/** What guests write, and how long answers took, is drawn that often. Shorter: pages are drawn for nothing that happened. Longer: it looks stuck. */
const figuresMs = 11_000;
/** With news all the while they are drawn together with some. Longer: figures are told younger than they are. */
const figuresLateMs = 16_000;
/** All times in the page are written anew, also those that nobody sees. */
const wholeMs = 60_000;
/** What a message's way takes differs from message to message. Less would count every age on the page anew with each. */
const offsetStepMs = 500;

export interface Shown {
  readonly status: ClusterStatus | null;
  /** The panel's clock minus the browser's when the status arrived. */
  readonly clockOffsetMs: number;
}
export const nothingShown: Shown = { status: null, clockOffsetMs: 0 };

export interface Picture extends Shown {
  /** Something has happened: it is drawn at once. */
  readonly isNews: boolean;
}

/** What a page knows of its cluster, and of that what is worth drawing. */
export class LivePicture {
  #newest: ClusterStatus | null = null;
  #shown = nothingShown;
  #figuresAtMs = 0;
  #wholeAtMs = 0;
  readonly #times = new ConfirmedTimes();

  /** With every confirmation that has come. What it says is what is shown. */
  readonly newest = (): ClusterStatus | null => this.#newest;

  /** When a reading was last confirmed that was drawn with this time. */
  readonly confirmedAt = (at: string): string => this.#times.of(at, this.#shown.status, this.#newest);

  /** What to draw now; null: what is drawn still says it. */
  take(message: StatusMessage, nowMs: number): Picture | null {
    const newest = this.#with(message);
    if (newest === null) return null;
    this.#newest = newest;
    const before = this.#shown.status;
    const atMs = Date.parse(newest.at);
    if (before === null) return this.#whole(newest, nowMs, true);
    const news = keeping(before, newest, writtenAllTheWhile);
    if (news !== before && atMs - this.#figuresAtMs < figuresLateMs) return this.#show(news, newest, nowMs, true);
    if (atMs - this.#figuresAtMs < figuresMs) return null;
    if (atMs - this.#wholeAtMs >= wholeMs) return this.#whole(newest, nowMs, news !== before);
    this.#figuresAtMs = atMs;
    const status = keeping(before, newest, readingTimes);
    return status === before ? null : this.#show(status, newest, nowMs, news !== before);
  }

  #with(message: StatusMessage): ClusterStatus | null {
    if ("whole" in message) return message.whole;
    const before = this.#newest;
    // Made from another status than the one that is here, it would make a third. The page then doubts what it shows, until a whole one comes.
    return before === null || before.revision !== message.from ? null : withChange(before, message.change);
  }

  #whole(newest: ClusterStatus, nowMs: number, isNews: boolean): Picture {
    this.#wholeAtMs = this.#figuresAtMs = Date.parse(newest.at);
    return this.#show(newest, newest, nowMs, isNews);
  }

  #show(status: ClusterStatus, newest: ClusterStatus, nowMs: number, isNews: boolean): Picture {
    const atMs = Date.parse(newest.at);
    const offsetMs = atMs - nowMs;
    const { clockOffsetMs } = this.#shown;
    const isSteady = this.#shown.status !== null && Math.abs(offsetMs - clockOffsetMs) < offsetStepMs;
    this.#times.redrawn(this.#shown.status, status, atMs);
    this.#shown = { status, clockOffsetMs: isSteady ? clockOffsetMs : offsetMs };
    return { ...this.#shown, isNews };
  }
}
