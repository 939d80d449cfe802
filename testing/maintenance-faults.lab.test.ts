// Machines die in the middle of one node's planned maintenance, on real nodes: another one, and the node itself.
import { expect, test } from "vitest";
import * as lab from "@/lab/cluster";
import { begin, bystanders, isOff, type Maintained, runMs, stateOf } from "@/testing/maintained-lab";
import { bringUp, changedBy, deployedForAll, isBack, resumed, standsStill, whyStill } from "@/testing/maintenance-runs";

let maintained: Maintained;
deployedForAll((deployed) => (maintained = deployed));

test(
  "another node dies in the middle of node down: the run stands still, the node stays on, and Resume ends it once the other is back",
  async () => {
    const [node, other] = await bystanders();
    const runId = await begin(maintained, "node-down", node);
    await changedBy(maintained, runId, "ensure-maintenance-record");
    await lab.powerOff(other);
    const parked = await standsStill(maintained, runId);
    console.log(whyStill(parked));
    expect(parked.state, whyStill(parked)).toBe("parked");
    expect(await stateOf(node), "with two of three gone nothing would serve").not.toBe("off");
    await lab.powerOn(other);
    await isBack(other);
    await resumed(maintained, runId);
    await isOff(node);
    await bringUp(maintained, node);
  },
  runMs * 3,
);

test(
  "the node itself dies in the middle of node down: node up brings it back, whatever was not yet done",
  async () => {
    const [node] = await bystanders();
    const runId = await begin(maintained, "node-down", node);
    await changedBy(maintained, runId, "ensure-ceph-flags");
    await lab.powerOff(node);
    const still = await standsStill(maintained, runId);
    console.log(whyStill(still));
    if (still.state === "parked") await maintained.panel.client.run.cancel.mutate({ runId });
    expect(await stateOf(node)).toBe("off");
    await bringUp(maintained, node);
  },
  runMs * 2,
);
