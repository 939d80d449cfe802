import { appendFileSync } from "node:fs";
import { get } from "node:http";
import type { DrillSight } from "@/contract/drill";
import { sentenceText } from "@/contract/sentence";
import type { ClusterAccess } from "@/suite/commands/cluster-access";
import { newSights } from "@/suite/commands/drill-sights";
import { monotonicMs } from "@/suite/system/clock";

export interface DrillWatchOptions {
  readonly file: string;
  readonly seconds: number;
  readonly port: number;
  readonly addresses: readonly string[];
}

/** Consul answers at once when something changes; without news this often. Longer would delay the end of the watch. */
const consulWaitMs = 5_000;
/** Between two tries while Consul has no leader. */
const consulRetryMs = 100;
/** A guest that answers is asked this often: the resolution of its silence. Shorter is load on a booting guest. */
const guestEveryMs = 200;
/** A page that takes longer is no answer. */
const guestTimeoutMs = 1_000;

/**
 * Looks on until its time is over or somebody stops it, and decides nothing. Every line is whole on its own: whoever reads along
 * sees the newest, and a watch that is killed leaves what it saw.
 */
export async function drillWatch(access: ClusterAccess, options: DrillWatchOptions): Promise<void> {
  const until = monotonicMs() + options.seconds * 1000;
  const write = (sight: DrillSight): void =>
    appendFileSync(options.file, `${JSON.stringify(sight)}\n`, { mode: 0o600 });
  const now = (): number => access.wallClock().getTime();
  write({ what: "armed", atMs: now() });
  await Promise.all([watchConsul(), watchGuest()]);

  async function watchConsul(): Promise<void> {
    let told: ReadonlyMap<string, string> = new Map();
    let index = 0;
    let isBlind = false;
    while (monotonicMs() < until) {
      const wait =
        index === 0 ? undefined : { index, waitMs: consulWaitMs, signal: AbortSignal.timeout(consulWaitMs * 2) };
      const read = await access.consul.read("zsha/", wait);
      if (read.kind === "unknown") {
        if (!isBlind) write({ what: "blind", atMs: now(), because: sentenceText(read.because) });
        isBlind = true;
        index = 0;
        await access.sleep(consulRetryMs);
        continue;
      }
      isBlind = false;
      index = read.index;
      const seen = newSights(read.entries, told, now());
      ({ told } = seen);
      for (const sight of seen.sights) write(sight);
    }
  }

  async function watchGuest(): Promise<void> {
    let answers: boolean | null = null;
    let lastAnswerMs: number | null = null;
    while (monotonicMs() < until && options.addresses.length > 0) {
      const asked = await Promise.all(options.addresses.map((address) => answersHttp(address, options.port)));
      const atMs = now();
      const answered = asked.includes(true);
      if (answered !== answers) write({ what: "guest", atMs, answers: answered, lastAnswerMs });
      answers = answered;
      if (answered) lastAnswerMs = atMs;
      await access.sleep(guestEveryMs);
    }
  }
}

/** Any status is an answer: the page's content is the platform's affair. */
function answersHttp(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const call = get({ host, port, path: "/", agent: false, signal: AbortSignal.timeout(guestTimeoutMs) }, (answer) => {
      answer.resume();
      resolve(true);
    });
    call.on("error", () => resolve(false));
  });
}
