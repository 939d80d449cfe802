import { setTimeout as sleep } from "node:timers/promises";
import type { HaStatus } from "@/contract/ha-status";
import { auditCluster, countDaemonErrors, type FenceDemand, newDaemonErrors, settleMs } from "@/testing/faults/audit";
import type { Say } from "@/testing/faults/cluster";
import type { Fault, Outcome } from "@/testing/faults/fault";
import { Scene } from "@/testing/faults/scene";
import type { Verdict } from "@/testing/witness/check";
import type { Witness, WitnessReport } from "@/testing/witness/witness";

/** The bounds are those of real machines; the lab emulates every CPU on a few busy cores. */
export const labPatience = 5;
/** Boot of the guest after QEMU runs: 6 s on a free core, minutes where many emulated machines share two. */
export const guestBootMs = 420_000;
/** A guest that lives acknowledges 25 to 50 writes a second. */
const freshAckMs = 5_000;
/** After the fault has been looked at for its time: a write that waited for Ceph's own recovery comes by then. */
const resumeMs = 120_000;
/** Healing one node while another still starts is a fault of its own; this long for all to be as before. */
const wellMs = settleMs + 120_000;

export interface FaultResult {
  row: string;
  name: string;
  expect: Outcome;
  passed: boolean;
  problems: string[];
  /** From the fault until the next QEMU's CPUs ran; null: the same one went on. */
  seconds: number | null;
  /** From the fault to the first acknowledged write of the next boot. */
  guestSeconds: number | null;
  /** Longest time without an acknowledged write. */
  silence: number;
  /** Null: the image could not be read in the end, which is a problem of its own. */
  verdict: Verdict | null;
}

/** The cluster as it should be, and who runs the VM. Throws with everything that is not well. */
export async function waitUntilWell(
  witness: Witness,
  nodes: readonly string[],
  say: Say,
  fences: FenceDemand,
): Promise<Scene> {
  const until = performance.now() + wellMs;
  let problems: string[] = [];
  while (performance.now() < until) {
    try {
      const [life] = witness.alive();
      if (life === undefined || !isFresh(witness)) throw new Error("the guest acknowledges no writes");
      const scene = new Scene(nodes, life.node, witness, say);
      problems = await auditCluster(scene, fences);
      if (problems.length === 0) return scene;
    } catch (error) {
      problems = [messageOf(error)];
    }
    await sleep(2_000);
  }
  throw new Error(`not well ${(wellMs / 1000).toFixed(0)} s after the heal: ${problems.join("; ")}`);
}

const isFresh = (witness: Witness): boolean => Date.now() - (witness.last?.at ?? 0) < freshAckMs;
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The scene of the next fault. A cluster that was read and found well a moment ago is not read again. */
export async function nextScene(
  witness: Witness,
  nodes: readonly string[],
  say: Say,
  wasWell: Scene | null,
): Promise<Scene> {
  const [life] = witness.alive();
  return wasWell !== null && life?.node === wasWell.owner && isFresh(witness)
    ? new Scene(nodes, life.node, witness, say)
    : waitUntilWell(witness, nodes, say, "may-wait");
}

/** `well` is the cluster as it was read at the end; null: it did not recover. */
export async function runFault(
  fault: Fault,
  witness: Witness,
  nodes: readonly string[],
  say: Say,
  wasWell: Scene | null,
): Promise<{ result: FaultResult; report: WitnessReport | null; well: Scene | null }> {
  const scene = await nextScene(witness, nodes, say, wasWell);
  await countDaemonErrors(scene);
  witness.beginRun();
  const problems: string[] = [];
  const attempt = async (what: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      problems.push(`${what}: ${messageOf(error)}`);
    }
  };
  const began = Date.now();
  let starts: string[] = [];
  let report: WitnessReport | null = null;
  let well: Scene | null = null;
  await attempt("inject", () => fault.inject(scene));
  if (problems.length === 0) await attempt("expected", () => observe(fault, scene, began));
  await attempt("heal", () => fault.heal(scene));
  await attempt("afterwards", async () => {
    const after = await waitUntilWell(witness, nodes, say, "may-wait");
    problems.push(...(await newDaemonErrors(scene)));
    if (fault.check !== undefined) problems.push(...(await fault.check(scene)));
    starts = startRecords(after.history);
    well = after;
  });
  await attempt("witness", async () => {
    report = await witness.endRun(starts);
    problems.push(...report.verdict.findings.map(({ code, text }) => `${code}: ${text}`));
    problems.push(...wrongBoots(fault.expect, report, scene));
  });
  return { result: resultOf(fault, problems, report, scene, began), report, well };
}

function resultOf(
  fault: Fault,
  problems: string[],
  report: WitnessReport | null,
  scene: Scene,
  began: number,
): FaultResult {
  const next = report?.boots.find(({ boot }) => boot !== scene.before.boot);
  const ran =
    report?.history.qemus.find((life) => life.seenFrom > began && life.epoch === next?.epoch)?.ranFrom ?? null;
  return {
    row: fault.row,
    name: fault.name,
    expect: fault.expect,
    passed: problems.length === 0,
    problems,
    seconds: ran === null ? null : (ran - began) / 1000,
    guestSeconds: next === undefined ? null : (next.firstAt - began) / 1000,
    silence: (report?.longestSilenceMs ?? 0) / 1000,
    verdict: report?.verdict ?? null,
  };
}

/** One id per start that came about; the suite numbers them by epoch. */
export const startRecords = (history: HaStatus["history"]): string[] =>
  history
    .filter(({ kind, outcome }) => outcome === "succeeded" && ["start", "failover", "restart"].includes(kind))
    .map(({ epoch }) => String(epoch));

async function observe(fault: Fault, scene: Scene, began: number): Promise<void> {
  const boundMs = fault.boundSeconds * labPatience * 1000;
  const holdMs = (fault.holdSeconds ?? 0) * 1000;
  const goesOn = (): boolean => isFresh(scene.witness) && scene.newBoot() === null;
  const runs = (isThere: (node: string) => boolean): Promise<number> =>
    scene.until(
      "a new QEMU that runs",
      () => scene.witness.alive().some((life) => life.seenFrom > began && life.ranFrom !== null && isThere(life.node)),
      boundMs,
    );
  switch (fault.expect) {
    case "moves":
      await runs((node) => node !== scene.owner);
      await scene.until(
        "the guest on another node",
        () => (scene.newBoot()?.node ?? scene.owner) !== scene.owner,
        guestBootMs,
      );
      return;
    case "restarts":
      await runs((node) => node === scene.owner);
      await scene.until("the guest again", () => scene.newBoot()?.node === scene.owner, guestBootMs);
      return;
    case "stays":
      await sleep(holdMs);
      await scene.until("the same boot of the guest goes on", goesOn, resumeMs);
      return;
    case "freezes":
    case "stays-or-moves":
      await sleep(holdMs);
      return;
    case "nothing-runs": {
      await sleep(holdMs);
      const started = scene.witness.alive().filter((life) => life.seenFrom > began);
      if (started.length > 0)
        throw new Error(`${started.map(({ node }) => node).join(", ")} started it without a quorum`);
    }
  }
}

/** What the acknowledgements say of starts in this run. A guest that never came to write is no boot. */
function wrongBoots(expect: Outcome, report: WitnessReport, scene: Scene): string[] {
  const later = report.boots.filter(({ boot }) => boot !== scene.before.boot);
  const said = later.map(({ node, epoch }) => `${node} (epoch ${epoch})`).join(", ") || "none";
  switch (expect) {
    case "stays":
    case "freezes":
      return later.length === 0 ? [] : [`the guest was started anew for nothing: ${said}`];
    case "restarts":
    case "moves":
    case "nothing-runs":
      return later.length === 1 ? [] : [`exactly one new start was expected, seen: ${said}`];
    case "stays-or-moves":
      return later.length <= 1 ? [] : [`one new start at most was expected, seen: ${said}`];
  }
}
