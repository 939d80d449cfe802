// What goes wrong in the middle of planned maintenance on real nodes: machines that die.
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunProgress, isStopped } from "@/contract/run-progress";
import { sentenceText } from "@/contract/sentence";
import * as lab from "@/lab/cluster";
import {
  begin,
  bystanders,
  guardsMs,
  isOff,
  type Maintained,
  maintainedLab,
  nodes,
  nothingLeft,
  runMs,
  stateOf,
  status,
  succeed,
  waitsForButton,
} from "@/testing/maintained-lab";
import { until } from "@/testing/maintenance-sights";

/** A person presses Resume at most so often. */
const resumesMax = 8;
/** Until nodes know each other again and their OSDs are whole; a person looks for longer before pressing again. */
const lookMs = 15_000;

let maintained: Maintained;

beforeAll(async () => {
  maintained = await maintainedLab();
}, 900_000);
afterAll(async () => {
  await maintained.panel.stop();
});

const runs = () => maintained.panel.client.run;
const standsStill = (runId: string): Promise<RunProgress> =>
  maintained.panel.progress(runId, ({ state }) => state === "succeeded" || state === "parked", runMs);
const stoppedCells = ({ cells }: RunProgress): string[] =>
  Object.entries(cells).flatMap(([key, cell]) => (isStopped(cell) ? [key] : []));
const reasonsOf = ({ cells }: RunProgress): string =>
  Object.values(cells)
    .map(({ reason, error }) => error?.detail ?? sentenceText(reason ?? ""))
    .filter((text) => text !== "")
    .join("; ");

/** Presses Resume as a person does who sees the run stand still, until it has ended well. */
async function resumed(runId: string): Promise<RunProgress["state"]> {
  for (let presses = 0; presses < resumesMax; presses += 1) {
    const { state, seq: before } = await standsStill(runId);
    if (state === "succeeded") return state;
    await new Promise((resolve) => setTimeout(resolve, lookMs));
    await runs().resume.mutate({ runId });
    await maintained.panel.progress(runId, ({ seq }) => seq > before, guardsMs);
  }
  return (await succeed(maintained, runId)).state;
}

const changedBy = (runId: string, step: string) =>
  maintained.panel.progress(
    runId,
    ({ cells }) => Object.entries(cells).some(([key, { changed }]) => key.startsWith(`${step}/`) && changed),
    runMs,
  );

async function bringUp(node: string): Promise<void> {
  const up = await begin(maintained, "node-up", node);
  await waitsForButton(maintained, up, node);
  await lab.powerOn(node);
  await succeed(maintained, up);
  await nothingLeft();
}

test(
  "another node dies in the middle of node down: the run stands still, the node stays on, and Resume ends it once the other is back",
  async () => {
    const [node, other] = await bystanders();
    const runId = await begin(maintained, "node-down", node);
    await changedBy(runId, "ensure-maintenance-record");
    await lab.powerOff(other);
    const parked = await standsStill(runId);
    expect(parked.state, reasonsOf(parked)).toBe("parked");
    expect(await stateOf(node), "with two of three gone nothing would serve").not.toBe("off");
    expect(reasonsOf(parked)).not.toBe("");
    console.log(`parked at ${stoppedCells(parked).join(", ")}: ${reasonsOf(parked)}`);
    await lab.powerOn(other);
    await until("all nodes serve", async () => (await allServe()) || null, runMs);
    expect(await resumed(runId)).toBe("succeeded");
    await isOff(node);
    await bringUp(node);
  },
  runMs * 3,
);

const allServe = async (): Promise<boolean> =>
  (await status(nodes[0])).services.every(({ state }) => state === "running");

test(
  "the node itself dies in the middle of node down: node up brings it back, whatever was not yet done",
  async () => {
    const [node] = await bystanders();
    const runId = await begin(maintained, "node-down", node);
    await changedBy(runId, "ensure-ceph-flags");
    await lab.powerOff(node);
    const still = await standsStill(runId);
    console.log(`${still.state} at ${stoppedCells(still).join(", ")}: ${reasonsOf(still)}`);
    if (still.state === "parked") await runs().cancel.mutate({ runId });
    expect(await stateOf(node)).toBe("off");
    await bringUp(node);
  },
  runMs * 2,
);
