import { setTimeout as sleep } from "node:timers/promises";
import { type Condition, conditionOf } from "@/contract/event-conditions";
import { AppError } from "@/contract/errors";
import { say } from "@/contract/sentence";
import { formatErrorChain } from "@/lib/error-chain";
import { knownClusters } from "@/server/cluster/service";
import { EventRecorder } from "@/server/event/record";
import { recentEvents } from "@/server/event/service";
import { log } from "@/server/log";
import type { Verdict } from "@/server/notification/answer";
import { listChannels, noteOutcome, type StoredChannel } from "@/server/notification/channel-store";
import { decide, linesPerMessage, tooOldMs } from "@/server/notification/decide";
import {
  claim,
  type Delivery,
  enqueue,
  forgetDeliveries,
  nextOf,
  sentSince,
  settle,
  toldOf,
} from "@/server/notification/delivery-store";
import { giveUpAfterMs, nextTry } from "@/server/notification/retry";
import { sendMessage } from "@/server/notification/send";
import { secretsOf } from "@/server/notification/service";

/** One message a channel and round at most: WeCom turns away more than twenty a minute. Longer: words come late. */
const roundMs = 4_000;
/** Longer than any try takes. Shorter: a slow server gets the message twice. */
const claimMs = 60_000;
const hourMs = 3_600_000;
const deliveriesKeptMs = 30 * 24 * hourMs;
const forgetEveryMs = 6 * hourMs;
/** The first failure is most often a moment's. */
const failuresUntilAlarm = 2;

/** Decides and sends, round by round. One per process; state in the database, so that a restart neither repeats nor forgets. */
export class Dispatcher {
  readonly #waiting = new Map<string, ReadonlyMap<string, number>>();
  readonly #panel = new EventRecorder(null);
  #forgotAtMs = Date.now();

  async round(nowMs: number): Promise<void> {
    const channels = await listChannels();
    const enabled = channels.filter(({ settings }) => settings.enabled);
    const events = enabled.length === 0 ? [] : await recentEvents(tooOldMs + hourMs);
    for (const channel of enabled) {
      await this.#decide(channel, events, nowMs);
      await deliverNext(channel, nowMs);
    }
    await this.#panel.look({ conditions: await failing(channels), readable: new Set(["deliveries"]) }, [], nowMs);
    if (nowMs - this.#forgotAtMs < forgetEveryMs) return;
    this.#forgotAtMs = nowMs;
    await forgetDeliveries(new Date(nowMs - deliveriesKeptMs));
  }

  async #decide(
    channel: StoredChannel,
    events: Awaited<ReturnType<typeof recentEvents>>,
    nowMs: number,
  ): Promise<void> {
    const { id: channelId, settings, createdAt } = channel;
    const { messages, waiting } = decide({
      channelId,
      settings,
      sinceMs: createdAt.getTime(),
      events,
      told: await toldOf(channelId, events[0]?.id ?? 0),
      sentAtMs: await sentSince(channelId, new Date(nowMs - hourMs)),
      waiting: this.#waiting.get(channelId) ?? new Map<string, number>(),
      nowMs,
    });
    this.#waiting.set(channelId, waiting);
    if (messages.length === 0) return;
    const names = new Map((await knownClusters()).map(({ id, name }) => [id, name]));
    for (const { clusterId, lines } of messages) {
      const cluster = clusterId === null ? null : (names.get(clusterId) ?? null);
      const shown = lines.slice(0, linesPerMessage);
      const message = { clusterId, cluster, lines: shown, more: lines.length - shown.length };
      await enqueue(channelId, message, lines, new Date(nowMs));
    }
  }
}

/** Sends the oldest message that waits, if its time has come. */
async function deliverNext(channel: StoredChannel, nowMs: number): Promise<void> {
  const next = await nextOf(channel.id);
  if (next === null || next.dueAt.getTime() > nowMs || !(await claim(next, new Date(nowMs + claimMs)))) return;
  const isTooOld = nowMs - next.createdAt.getTime() > giveUpAfterMs;
  const { delivered, said } = isTooOld
    ? { delivered: false, said: say("notify-too-old") }
    : await tryToSend(channel, next, nowMs);
  const answer = JSON.stringify(said);
  const attempts = next.attempts + 1;
  const then = delivered
    ? null
    : isTooOld
      ? ({ state: "given-up" } as const)
      : nextTry(attempts, next.createdAt.getTime(), nowMs);
  const state: Delivery["state"] = then?.state ?? "delivered";
  const dueAt = then?.state === "waiting" ? new Date(then.dueMs) : next.dueAt;
  await settle(next.id, { state, attempts, dueAt, answer, endedAt: state === "waiting" ? null : new Date(nowMs) });
  await noteOutcome(channel.id, delivered, answer, new Date(nowMs));
  log().info(
    { area: "notifications", channel: channel.name, delivery: next.id, attempts, state },
    "a message was sent",
  );
}

/** A channel whose secrets cannot be opened fails like one that nobody answers. */
async function tryToSend(channel: StoredChannel, { message, id }: Delivery, nowMs: number): Promise<Verdict> {
  try {
    return await sendMessage({ settings: channel.settings, secrets: await secretsOf(channel) }, message, id, nowMs);
  } catch (error) {
    const said = error instanceof AppError ? (error.saying ?? error.message) : formatErrorChain(error);
    return { delivered: false, said };
  }
}

/** Channels that have not got a message through for more than one try. */
async function failing(channels: readonly StoredChannel[]): Promise<Condition[]> {
  const conditions = channels.map(async ({ id, name, failingSince, lastAnswer, settings }) => {
    if (failingSince === null || !settings.enabled) return [];
    const stuck = await nextOf(id);
    if (stuck !== null && stuck.attempts < failuresUntilAlarm) return [];
    const condition = conditionOf("notifications-failing", "deliveries", {
      identity: `notifications-failing ${id}`,
      facts: { channel: name, answer: lastAnswer ?? "" },
    });
    return [{ ...condition, since: failingSince.toISOString() }];
  });
  return (await Promise.all(conditions)).flat();
}

/** Tells people what happens as long as the panel runs; no browser needs to be open. */
export const notificationDispatch = {
  name: "notification-dispatch",
  start(shutdown: AbortSignal): Promise<void> {
    void dispatchUntil(shutdown);
    return Promise.resolve();
  },
};

async function dispatchUntil(shutdown: AbortSignal): Promise<void> {
  const dispatcher = new Dispatcher();
  while (!shutdown.aborted) {
    await sleep(roundMs, undefined, { signal: shutdown, ref: false }).catch(() => undefined);
    if (shutdown.aborted) return;
    await dispatcher
      .round(Date.now())
      .catch((error: unknown) =>
        log().error({ area: "notifications", error: String(error) }, "sending messages failed"),
      );
  }
}
