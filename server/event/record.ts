import { mapSentence } from "@/contract/sentence";
import type { EventFacts } from "@/contract/event";
import type { Condition, Judgement } from "@/contract/event-conditions";
import type { Moment } from "@/contract/event-moments";
import {
  changeEvent,
  closeEvent,
  forgetOldEvents,
  openEvent,
  standingIn,
  unwritten,
  writeMoment,
} from "@/server/event/store";
import { noMemory, type Standing, track, type TrackMemory } from "@/server/event/track";
import { scrub } from "@/server/secret/scrub";

/** A year of a restless cluster; each is a few hundred bytes. What stands is kept beyond it. */
const eventsKept = 5_000;
/** Counted anew after that many were written. Fewer: the table is counted for nothing. */
const forgetEvery = 200;
/** Another panel on the same database may have written: longer acts on what it changed that much later. */
const readAnewMs = 30_000;

const scrubbed = (facts: EventFacts): EventFacts =>
  Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, mapSentence(value, scrub)]));

/** Writes down what happens to one cluster, or (null) to the panel. Every look is one call; calls must not overlap. */
export class EventRecorder {
  #memory: TrackMemory = noMemory;
  #standing: readonly Standing[] = [];
  #readAtMs = Number.NEGATIVE_INFINITY;
  #written = 0;
  readonly #moments = new Set<string>();

  constructor(private readonly clusterId: string | null) {}

  async look({ conditions, readable }: Judgement, moments: readonly Moment[], nowMs: number): Promise<void> {
    if (nowMs - this.#readAtMs > readAnewMs) await this.#read(nowMs);
    const clean = conditions.map((condition): Condition => ({ ...condition, facts: scrubbed(condition.facts) }));
    const { memory, actions } = track(this.#memory, this.#standing, { conditions: clean, readable }, nowMs);
    this.#memory = memory;
    for (const action of actions) {
      if (action.do === "close") await closeEvent(action.eventId, action.endedMs);
      else {
        const { condition } = action;
        const facts = JSON.stringify(condition.facts);
        if (action.do === "change") await changeEvent(action.eventId, condition, facts);
        else await openEvent(this.clusterId, condition, action.sinceMs, facts);
      }
    }
    const told = await this.#writeMoments(moments);
    if (actions.length > 0) await this.#read(nowMs);
    await this.#forget(actions.length + told);
  }

  async #read(nowMs: number): Promise<void> {
    this.#standing = await standingIn(this.clusterId);
    this.#readAtMs = nowMs;
  }

  async #writeMoments(moments: readonly Moment[]): Promise<number> {
    const unseen = moments.filter(({ identity }) => !this.#moments.has(identity));
    if (unseen.length === 0 || this.clusterId === null) return 0;
    const fresh = await unwritten(this.clusterId, unseen);
    for (const moment of fresh) await writeMoment(this.clusterId, moment, JSON.stringify(scrubbed(moment.facts)));
    this.#moments.clear();
    for (const { identity } of moments) this.#moments.add(identity);
    return fresh.length;
  }

  async #forget(written: number): Promise<void> {
    this.#written += written;
    if (this.#written < forgetEvery) return;
    this.#written = 0;
    await forgetOldEvents(this.clusterId, eventsKept);
  }
}
