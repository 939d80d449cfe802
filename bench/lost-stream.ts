// What changed while a page had no stream: how long after the network is back it shows it.
import type { Browser } from "@playwright/test";
import { panelUrl, say } from "@/bench/bench-lab";
import { consulGet, consulPut } from "@/bench/consul-on-node";
import { openWire } from "@/bench/cuttable-wire";
import { linesOf, openDashboard } from "@/bench/dashboard-lines";
import { consulKeys, intentRecordSchema, type IntentRecord } from "@/contract/consul-keys";

/** Promised from the network's return to the changed line. */
export const lostBarMs = 1_000;
/** Beyond it the page has lost its stream for good. */
const shownTimeoutMs = 30_000;
const lookMs = 50;
/** The page has seen the loss and asks again and again by then. No multiple of the pause between two askings. */
const outageMs = [1_130, 1_770, 2_310] as const;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Milliseconds, one a round. */
export async function delaysAfterLoss(
  browser: Browser,
  clusterId: string,
  nodes: readonly string[],
  rounds: number,
): Promise<number[]> {
  const [node = ""] = nodes;
  const wire = await openWire(panelUrl);
  try {
    const page = await openDashboard(browser, clusterId, nodes, { origin: wire.url });
    say(`${rounds} times a stream that breaks off…`);
    const first = intentRecordSchema.parse(JSON.parse(await consulGet(node, consulKeys.intent)));
    const delays: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const actor = `bench-lost-${String(round + 1).padStart(3, "0")}`;
      const value: IntentRecord = { ...first, generation: first.generation + round + 1, actor };
      wire.cut();
      await consulPut(node, consulKeys.intent, [JSON.stringify(value)], 0);
      await pause(outageMs[round % outageMs.length] ?? outageMs[0]);
      const backAt = Date.now();
      wire.mend();
      const shownAt = async () => (await linesOf(page)).find(({ text }) => text.includes(actor))?.at;
      let at = await shownAt();
      while (at === undefined) {
        if (Date.now() - backAt > shownTimeoutMs)
          throw new Error(`the page never showed ${actor} after its stream broke`);
        await pause(lookMs);
        at = await shownAt();
      }
      if (at < backAt) throw new Error(`the page showed ${actor} over a wire that was cut`);
      delays.push(at - backAt);
    }
    await page.context().close();
    return delays;
  } finally {
    wire.close();
  }
}
