import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { LogBatch, NodeReading } from "@/contract/log-line";
import type { Observed } from "@/contract/observed";
import { NodeTail, type TailRead } from "@/server/logs/node-tail";
import { logPositionSchema } from "@/server/logs/plan-reads";
import type { RemoteHost } from "@/server/ports/remote-host";

/** Between two looks at a node. Shorter costs the nodes processes for nothing; longer is seen as lag. */
const lookEveryMs = 500;
/** A node with a full backlog is asked again after this: others, and the browser, need their turn. */
const catchUpMs = 50;
/** A node that did not answer. Shorter fills its recovery with handshakes; longer shows it as gone when it is back. */
const afterFailureMs = 3_000;
/** The others' answers are waited for this long, so that lines of one moment travel, and are merged, together. */
const gatherMs = 120;
/** Without news an empty batch is sent: the readings' ages must not grow while nodes are being read. */
const quietMs = 4_000;

const positionsSchema = z.record(z.string(), logPositionSchema);

export interface FollowedBatch extends LogBatch {
  /** Give it back to go on right after this batch. */
  readonly positions: string;
}

interface Followed {
  readonly tail: NodeTail;
  dueAt: number;
  isBusy: boolean;
}

/**
 * The log folders of these nodes, merged by time, from the end (or from `positions`) on for ever. Nodes are asked only while the batch
 * before has been taken: a slow browser slows the questions, and what it cannot take stays in the files until it can, or is passed
 * over and said to be.
 */
export async function* followLogs(
  hosts: readonly RemoteHost[],
  positions: string | null,
  signal: AbortSignal,
): AsyncGenerator<FollowedBatch, void> {
  const known = positionsOf(positions);
  const all: Followed[] = hosts.map((host) => ({
    tail: new NodeTail(host, known[host.node] ?? null),
    dueAt: 0,
    isBusy: false,
  }));
  const readings: Record<string, Observed<NodeReading>> = {};
  const arrived: TailRead[] = [];
  let bell = Promise.withResolvers<void>();
  let saidAt = performance.now();
  const begin = (one: Followed): void => {
    one.isBusy = true;
    void one.tail.read(signal).then((read) => {
      one.isBusy = false;
      one.dueAt = performance.now() + pauseAfter(read);
      arrived.push(read);
      bell.resolve();
    });
  };
  const end = (): void => bell.resolve();
  signal.addEventListener("abort", end, { once: true });
  try {
    while (!signal.aborted) {
      for (const one of all) if (!one.isBusy && one.dueAt <= performance.now()) begin(one);
      await Promise.race([bell.promise, pause(waitFor(all), signal)]);
      if (arrived.length === 0) continue;
      if (all.some(({ isBusy }) => isBusy)) await pause(gatherMs, signal);
      bell = Promise.withResolvers();
      const reads = arrived.splice(0);
      const hasNews = reads.some((read) => isNews(read, readings[read.node]));
      for (const { node, reading } of reads) readings[node] = reading;
      if (!hasNews && performance.now() - saidAt < quietMs) continue;
      saidAt = performance.now();
      yield {
        lines: reads.flatMap(({ lines }) => lines).toSorted((a, b) => a.ms - b.ms),
        skipped: reads.flatMap(({ skipped }) => skipped),
        nodes: { ...readings },
        positions: JSON.stringify(
          Object.fromEntries(all.flatMap(({ tail }) => (tail.position === null ? [] : [[tail.node, tail.position]]))),
        ),
      };
    }
  } finally {
    signal.removeEventListener("abort", end);
  }
}

function positionsOf(text: string | null): z.infer<typeof positionsSchema> {
  try {
    return positionsSchema.parse(JSON.parse(text ?? "{}"));
  } catch {
    // Of another version of the panel: then from the end, as on the first look.
    return {};
  }
}

function pauseAfter({ reading, isBehind }: TailRead): number {
  if (reading.state === "unknown") return afterFailureMs;
  return isBehind ? catchUpMs : lookEveryMs;
}

/** Until the next node is due; a busy one rings by itself. */
const waitFor = (all: readonly Followed[]): number =>
  Math.max(1, Math.min(lookEveryMs, ...all.filter((one) => !one.isBusy).map((one) => one.dueAt - performance.now())));

const isNews = (read: TailRead, before: Observed<NodeReading> | undefined): boolean =>
  read.lines.length > 0 || read.skipped.length > 0 || before?.state !== read.reading.state;

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal }).catch(() => undefined);
