// Seconds of a whole cluster's shutdown and cold start through the panel over those of the manual's own commands in a shell script.
import { loadavg } from "node:os";
import { say, startPanel, stopPanel, withBench } from "@/bench/bench-lab";
import { median, rounded } from "@/bench/figures";
import { differences, lookBefore, type MaintainedCluster, prepare, settleTimeoutMs } from "@/bench/maintenance-cluster";
import { runScript } from "@/bench/script";
import { sentenceText } from "@/contract/sentence";
import * as lab from "@/lab/cluster";
import { followRun, type StepSeconds } from "@/scripts/lab-deployment";
import { until } from "@/testing/maintenance-sights";

export const maintenanceBar = 1.2;
type Way = "panel" | "script";
const directions = ["down", "up"] as const;
export type Direction = (typeof directions)[number];

/** The script gives up by itself after ten minutes at one step; this only ends one that hangs. */
const scriptTimeoutMs = 1_800_000;
/** The figure's grain: how often somebody looks whether it is over. */
const lookEveryMs = 200;

const kinds = { down: "cluster-down", up: "cluster-up" } as const;

/** What a person sees before he presses: the plan, and every guard green. Returns what pressing takes. */
async function ready({ client, clusterId, name }: MaintainedCluster, direction: Direction) {
  const wish = { clusterId, kind: kinds[direction], subject: "cluster", guests: "stop" as const };
  const look = async () => {
    const seen = await client.maintenance.plan.query(wish);
    const open = seen.guards.filter(({ state }) => state !== "holds");
    if (open.length > 0) throw new Error(open.map(({ sentence }) => sentenceText(sentence)).join("; "));
    return seen;
  };
  const plan = await until(`guards of ${wish.kind}`, look, settleTimeoutMs);
  const idempotencyKey = `bench-${direction}-${Math.round(performance.now())}`;
  return { ...wish, confirmation: name, factsDigest: plan.factsDigest, idempotencyKey };
}

type Order = Awaited<ReturnType<typeof ready>>;

async function throughPanel({ client, clusterId }: MaintainedCluster, order: Order): Promise<StepSeconds[]> {
  const { runId } = await client.maintenance.start.mutate(order);
  const run = await followRun(client, { runId, clusterId }, () => undefined, lookEveryMs);
  if (run.state === "succeeded") return run.steps;
  throw new Error(`${order.kind} is ${run.state}: ${run.because.join("\n")}`);
}

const allOff = (): Promise<true> =>
  until(
    "all machines are off",
    async () => ((await lab.status()).nodes.every(({ state }) => state === "off") ? true : null),
    settleTimeoutMs,
    lookEveryMs,
  );

/** Somebody walks along the rack. */
async function pressButtons({ nodes }: MaintainedCluster): Promise<void> {
  for (const node of nodes) await lab.powerOn(node);
}

interface Measured {
  readonly seconds: number;
  readonly steps: readonly StepSeconds[];
}

/** From the order to its end as the one who gave it sees it. The panel is stopped while the script has the machine. */
async function measure(cluster: MaintainedCluster, way: Way, direction: Direction): Promise<Measured> {
  const order = way === "panel" ? await ready(cluster, direction) : null;
  const began = performance.now();
  const work = async (): Promise<StepSeconds[]> => {
    if (order !== null) return await throughPanel(cluster, order);
    await runScript("maintenance.sh", [cluster.scriptDirectory, direction], scriptTimeoutMs);
    return [];
  };
  let steps: StepSeconds[];
  if (direction === "up") [steps] = await Promise.all([work(), pressButtons(cluster)]);
  else {
    steps = await work();
    await allOff();
  }
  return { seconds: (performance.now() - began) / 1000, steps };
}

interface Figures {
  ratio: number;
  panelSeconds: number;
  scriptSeconds: number;
  panel: number[];
  script: number[];
  /** The machine's load when each measurement began, in their order. */
  load: number[];
  /** Of the last run through the panel. */
  steps: readonly StepSeconds[];
}
export interface MaintenanceFigures extends Figures {
  runs: number;
  /** What a shutdown and cold start did not leave as it was; each way, each pair. */
  differences: string[];
  /** The other way, measured on the way. */
  beside: Figures;
}

class Series {
  readonly seconds: Record<Way, number[]> = { panel: [], script: [] };
  readonly load: number[] = [];
  steps: readonly StepSeconds[] = [];

  figures(): Figures {
    const { panel, script } = this.seconds;
    const [panelSeconds, scriptSeconds] = [rounded(median(panel), 1), rounded(median(script), 1)];
    const ratio = rounded(panelSeconds / scriptSeconds);
    return { ratio, panelSeconds, scriptSeconds, panel, script, load: this.load, steps: this.steps };
  }
}

/** Whichever of the two is asked for, both are done: what was shut down is started again the same way. */
export const benchMaintenance = (direction: Direction, runs: number): Promise<MaintenanceFigures> =>
  withBench(async () => {
    const cluster = await prepare();
    const series = { down: new Series(), up: new Series() };
    const differing: string[] = [];
    for (let run = 0; run < runs; run += 1) {
      const inTurn = run % 2 === 0 ? (["script", "panel"] as const) : (["panel", "script"] as const);
      for (const way of inTurn) {
        // Whole and quiet before either begins: the panel's guards say so for both.
        await ready(cluster, "down");
        const before = await lookBefore();
        if (way === "script") await stopPanel();
        for (const each of directions) {
          series[each].load.push(rounded(loadavg()[0] ?? 0, 1));
          const { seconds, steps } = await measure(cluster, way, each);
          series[each].seconds[way].push(rounded(seconds, 1));
          if (way === "panel") series[each].steps = steps;
          say(`${each}, ${way}: ${seconds.toFixed(1)} s`);
        }
        if (way === "script") await startPanel();
        const found = await differences(cluster, before);
        differing.push(...found.map((line) => `${way}, pair ${run + 1}: ${line}`));
      }
    }
    const beside = series[direction === "down" ? "up" : "down"].figures();
    return { ...series[direction].figures(), runs, differences: differing, beside };
  });
