import { setTimeout as sleep } from "node:timers/promises";
import { countDaemonErrors, newDaemonErrors } from "@/testing/faults/audit";
import { chooseFaults } from "@/testing/faults/catalogue";
import type { ChaosPlan, ChaosRun } from "@/testing/faults/chaos-plan";
import type { Say } from "@/testing/faults/cluster";
import type { Fault } from "@/testing/faults/fault";
import { messageOf, nextScene, startRecords, waitUntilWell } from "@/testing/faults/run-fault";
import type { Scene } from "@/testing/faults/scene";
import type { Witness, WitnessReport } from "@/testing/witness/witness";

/** Faults on top of each other may make one impossible (a process of a node that has no power): said, and no failure. */
export async function runChaos(
  plan: ChaosPlan,
  witness: Witness,
  nodes: readonly string[],
  say: Say,
  wasWell: Scene | null,
): Promise<{ result: ChaosRun; report: WitnessReport | null; well: Scene | null }> {
  const scene = await nextScene(witness, nodes, say, wasWell);
  await countDaemonErrors(scene);
  witness.beginRun();
  const chosen = plan.faults.flatMap(({ name, afterMs }) => chooseFaults([name]).map((fault) => ({ fault, afterMs })));
  for (const { fault, afterMs } of chosen) {
    await sleep(afterMs);
    await fault.inject(scene).catch((error: unknown) => say(`${fault.name} could not be made: ${messageOf(error)}`));
  }
  await sleep(plan.holdMs);
  for (const place of plan.healOrder) {
    const fault = chosen[place]?.fault;
    await fault?.heal(scene).catch((error: unknown) => say(`${fault.name} could not be healed: ${messageOf(error)}`));
    await sleep(plan.healPauseMs);
  }
  // A heal that came while another fault was still there may have found nothing to heal.
  for (const { fault } of chosen) await fault.heal(scene).catch(() => undefined);

  const problems: string[] = [];
  let starts: string[] = [];
  let well: Scene | null = null;
  try {
    well = await waitUntilWell(witness, nodes, say, "may-wait");
    starts = startRecords(well.history);
    problems.push(...(await newDaemonErrors(scene)));
  } catch (error) {
    well = null;
    problems.push(messageOf(error));
  }
  const report = await witness.endRun(starts).catch((error: unknown) => void problems.push(messageOf(error)));
  return {
    result: judgeRun(
      plan,
      chosen.map(({ fault }) => fault),
      scene,
      report ?? null,
      problems,
      well !== null,
    ),
    report: report ?? null,
    well,
  };
}

function judgeRun(
  plan: ChaosPlan,
  faults: readonly Fault[],
  scene: Scene,
  report: WitnessReport | null,
  problems: readonly string[],
  isWell: boolean,
): ChaosRun {
  const hasNewBoot = report?.boots.some(({ boot }) => boot !== scene.before.boot) ?? false;
  const mustStay = faults.every(({ expect }) => expect === "stays" || expect === "freezes");
  const findings = report?.verdict.findings ?? [];
  return {
    seed: plan.seed,
    run: plan.run,
    faults: faults.map(({ name }) => name),
    doubleWriters: report?.verdict.doubleWriters ?? 0,
    lostAcks: report?.verdict.lostAcks ?? 0,
    falseFailover: hasNewBoot && mustStay,
    recovered: isWell && report !== null,
    seconds: hasNewBoot ? (report?.longestSilenceMs ?? 0) / 1000 : null,
    problems: [...problems, ...findings.map(({ code, text }) => `${code}: ${text}`)],
  };
}
