// The ways between panel and nodes break in the middle of one node's planned maintenance, before a send and after one; the panel is killed,
// and machines that come back die again. On real nodes.
import { expect, test } from "vitest";
import { sentenceText } from "@/contract/sentence";
import * as lab from "@/lab/cluster";
import {
  begin,
  bystanders,
  guardsMs,
  guestAnswers,
  isOff,
  type Maintained,
  nothingLeft,
  ownerNow,
  runMs,
  stateOf,
  waitsForButton,
} from "@/testing/maintained-lab";
import {
  bringUp,
  changedBy,
  deployedForAll,
  isBack,
  reached,
  resumed,
  standsStill,
  unitAtWork,
  whyStill,
} from "@/testing/maintenance-runs";
import { until } from "@/testing/maintenance-sights";
import { cutSsh } from "@/testing/ssh-cut";

let maintained: Maintained;
deployedForAll((deployed) => (maintained = deployed));

/** Node down of the owner until ssh to it is cut before the plug. Null: the cut came too late, and the machine is off by order. */
async function parkedBeforeThePlug(owner: string): Promise<string | null> {
  const runId = await begin(maintained, "node-down", owner);
  const told = await unitAtWork(maintained, runId, "ensure-vm-elsewhere");
  await cutSsh(told);
  await until("it runs elsewhere", async () => ((await ownerNow()) === owner ? null : true), guardsMs);
  await lab.heal(told);
  await changedBy(maintained, runId, "ensure-ceph-flags");
  await maintained.panel.crash();
  await reached(maintained, runId, "ensure-ha-paused");
  await cutSsh(owner);
  const parked = await standsStill(maintained, runId);
  console.log(parked.state, whyStill(parked));
  if (parked.state === "succeeded") return null;
  // Silent for the panel, and heard by the others: that is no machine that is off.
  expect(parked.state, whyStill(parked)).toBe("parked");
  expect(whyStill(parked)).toContain(`ensure-power-off/${owner}: ${owner} does not answer the panel`);
  expect(await stateOf(owner)).not.toBe("off");
  await lab.heal(owner);
  return runId;
}

test(
  "the owner goes down though ssh breaks after the migration was sent, the panel is killed, and ssh breaks again before the plug",
  async () => {
    const { boots } = await guestAnswers();
    let owner = await ownerNow();
    let parked = await parkedBeforeThePlug(owner);
    if (parked === null) {
      // A second lies between the last step and the order. A cut that came later proves nothing: once more, with the owner of now.
      await lab.heal(owner);
      await isOff(owner);
      await bringUp(maintained, owner);
      owner = await ownerNow();
      parked = await parkedBeforeThePlug(owner);
    }
    if (parked === null) throw new Error("twice the machine was told to switch off before the way to it was cut");
    await resumed(maintained, parked);
    await isOff(owner);
    expect((await guestAnswers()).boots).toBe(boots);
    await bringUp(maintained, owner);
  },
  runMs * 4,
);

test(
  "in node up the panel is killed, the node dies again, then another one: the run waits for each and ends by itself or by Resume",
  async () => {
    const [node, other] = await bystanders();
    await resumed(maintained, await begin(maintained, "node-down", node));
    await isOff(node);
    const runId = await begin(maintained, "node-up", node);
    await waitsForButton(maintained, runId, node);
    await maintained.panel.crash();
    await lab.powerOn(node);
    await reached(maintained, runId, "ensure-power-on");
    await lab.powerOff(node);
    await lab.powerOn(node);
    await reached(maintained, runId, "verify-services-back");
    await lab.powerOff(other);
    const waits = maintained.panel.progress(
      runId,
      ({ state, cells }) =>
        state !== "running" ||
        Object.values(cells).some(({ progressText }) => sentenceText(progressText ?? "").includes(other)),
      guardsMs,
    );
    console.log(whyStill(await waits));
    await lab.powerOn(other);
    await isBack(other);
    await resumed(maintained, runId);
    await nothingLeft();
    expect((await guestAnswers()).errs).toBe(0);
  },
  runMs * 3,
);
