// What Ceph says of the image, read on whichever node can: watchers, lock, blocklist, and the ring itself.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import { z } from "zod";
import { managementVmImageName } from "@/contract/ha-config";
import type { BlockEntry, RingReading } from "@/testing/witness/history";
import { parseRing, ringOffsetBytes, slotBytes, slotCount } from "@/testing/witness/ring";

export type RunOnNode = (
  node: string,
  argv: readonly string[],
  options: { input?: string; timeoutMs: number },
) => Promise<{ code: number; stdout: string; stderr: string }>;

/** One look costs a tenth of a second of CPU. Longer misses QEMUs that live shortly; their fence is on record all the same. */
const lookEveryMs = 3_000;
/** The ring goes round in 41 s at the earliest; three readings per round leave none of it unseen. */
const ringEveryMs = 12_000;
/** Ceph's own limits in the script are shorter; this ends a node that hangs. */
const lookTimeoutMs = 15_000;
/** How long the suite's entries last: what is on the list is the end, the beginning lies this much before. */
const suiteEntrySeconds = 10 * 365 * 24 * 3600;
const suiteEntryAtLeastMs = 5 * 365 * 24 * 3600 * 1000;

const script = readFileSync(join(import.meta.dirname, "storage-look.py"), "utf8");
const answerSchema = z.object({
  blocklist: z.array(z.tuple([z.string(), z.string()])),
  watchers: z.array(z.string()),
  lockers: z.array(z.string()),
  ring: z.string().nullable(),
});

export interface StorageLook {
  at: number;
  watchers: readonly string[];
  lockers: readonly string[];
  /** Only entries that hold for years: Ceph's own last a day. */
  blocked: readonly string[];
}

export class StorageWatch {
  readonly blocks = new Map<string, BlockEntry>();
  rings: RingReading[] = [];
  last: StorageLook | null = null;
  private isStopped = false;
  private ringAt = 0;
  private readonly loop: Promise<void>;

  constructor(
    private readonly run: RunOnNode,
    private readonly nodes: readonly string[],
    private readonly pool: string,
    private readonly onLook: (look: StorageLook) => void,
  ) {
    this.loop = this.follow();
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await this.loop;
  }

  private async follow(): Promise<void> {
    while (!this.isStopped) {
      const wantsRing = Date.now() - this.ringAt >= ringEveryMs;
      const before = performance.now();
      // Silence is no evidence: the next look asks again, and the judgement needs one at the end.
      await this.look(wantsRing).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, Math.max(200, lookEveryMs - (performance.now() - before))));
    }
  }

  /** Throws when no node can read the image. */
  async look(wantsRing: boolean): Promise<StorageLook> {
    const failures: string[] = [];
    for (const node of this.nodes) {
      const length = wantsRing ? slotBytes * slotCount : 0;
      const from = Date.now();
      const argv = ["timeout", "-s", "KILL", String(lookTimeoutMs / 1000), "python3", "-", this.pool];
      const words = [managementVmImageName, String(ringOffsetBytes), String(length)];
      try {
        const result = await this.run(node, [...argv, ...words], { input: script, timeoutMs: lookTimeoutMs + 5_000 });
        if (result.code !== 0) throw new Error(`exit ${result.code}: ${result.stderr.trim().split("\n").at(-1)}`);
        return this.take(answerSchema.parse(JSON.parse(result.stdout)), from);
      } catch (error) {
        failures.push(`${node}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    throw new Error(`no node can read the image: ${failures.join("; ")}`);
  }

  private take(answer: z.infer<typeof answerSchema>, from: number): StorageLook {
    const now = Date.now();
    for (const [address, until] of answer.blocklist) {
      if (!this.blocks.has(address)) this.blocks.set(address, { address, at: beginOf(until, now) });
    }
    if (answer.ring !== null) {
      this.rings.push({ from, to: now, slots: parseRing(inflateSync(Buffer.from(answer.ring, "base64"))) });
      this.ringAt = now;
    }
    const blocked = answer.blocklist.filter(([, until]) => endOf(until) - now > suiteEntryAtLeastMs);
    this.last = {
      at: now,
      watchers: answer.watchers,
      lockers: answer.lockers,
      blocked: blocked.map(([address]) => address),
    };
    this.onLook(this.last);
    return this.last;
  }
}

const endOf = (until: string): number => Date.parse(until.replace(/(\.\d{3})\d*/, "$1").replace(/\+0000$/, "Z"));

/** An entry that does not last as long as the suite's was made by somebody else: known from this look on. */
export function beginOf(until: string, now: number): number {
  const begin = endOf(until) - suiteEntrySeconds * 1000;
  return begin > now - suiteEntryAtLeastMs ? begin : now;
}
