// What goes wrong while a whole cluster goes down and starts cold, on real nodes: any node first to die, ways that break, a panel that is killed.
import { expect, test } from "vitest";
import { wholeCluster } from "@/contract/maintenance-subject";
import * as lab from "@/lab/cluster";
import {
  begin,
  guardsMs,
  guestAnswers,
  isOff,
  type Maintained,
  nodes,
  nothingLeft,
  ownerNow,
  runMs,
  status,
  waitsForButton,
} from "@/testing/maintained-lab";
import { changedBy, deployedForAll, isBack, isLost, reached, resumed, unitAtWork } from "@/testing/maintenance-runs";
import { type Witness, until } from "@/testing/maintenance-sights";
import { cutSsh } from "@/testing/ssh-cut";
import { AckListener } from "@/testing/witness/ack-listener";

let maintained: Maintained;
deployedForAll((deployed) => (maintained = deployed));

type Fault = (runId: string) => Promise<void>;

const panelKilledAfter =
  (step: string): Fault =>
  async (runId) => {
    await changedBy(maintained, runId, step);
    await maintained.panel.crash();
  };

/** Once the record is on every node, and before the step is sent to this one: another node is told instead. */
const sshCutBefore =
  (node: string, step: string): Fault =>
  async (runId) => {
    await reached(maintained, runId, "ensure-vm-ha-off");
    await cutSsh(node);
    await reached(maintained, runId, step);
    await lab.heal(node);
  };

/** Another node sees what became of it before the way is whole again. */
const sshCutAfterSendOf =
  (step: string, wanted: "stopped" | "running"): Fault =>
  async (runId) => {
    const told = await unitAtWork(maintained, runId, step);
    await cutSsh(told);
    const other = nodes.find((node) => node !== told) ?? "";
    const isSo = async () => ((await status(other)).managementVm.state === wanted ? true : null);
    await until(`the management VM is ${wanted}`, isSo, guardsMs);
    await lab.heal(told);
  };

/** The run waits for it, or stands still; a person switches it on again. */
async function diesAndComesBack(node: string): Promise<void> {
  await lab.powerOff(node);
  await isLost(node);
  await lab.powerOn(node);
  await isBack(node);
}

const diesOnceServicesAreBack =
  (node: string): Fault =>
  async (runId) => {
    await reached(maintained, runId, "verify-services-back");
    await diesAndComesBack(node);
  };

interface Seen {
  readonly boots: number;
  readonly lastAcked: number;
}

/** Off on purpose, by whom and by which run: unknown, no alarm, and the guide agrees. */
async function isCalledShutDown(runId: string): Promise<void> {
  const { clusterId, panel } = maintained;
  const seen = await until(
    "the panel calls it shut down",
    async () => {
      const { headline } = await panel.client.cluster.get.query({ clusterId });
      return headline.code === "shut-down" ? headline : null;
    },
    guardsMs,
  );
  expect(seen).toMatchObject({ tone: "unknown", facts: { actor: "admin", runId } });
  expect(await panel.client.recovery.sight.query({ clusterId })).toMatchObject({ code: "shut-down", guide: "C5" });
}

/** Down with these faults; what the guest had told the network before it went. */
async function down(faults: Fault): Promise<Seen> {
  const { boots } = await guestAnswers();
  const acks = await AckListener.start();
  const runId = await begin(maintained, "cluster-down", wholeCluster);
  await faults(runId);
  const presses = await resumed(maintained, runId);
  console.log(`down after ${presses} times Resume`);
  for (const node of nodes) await isOff(node);
  acks.stop();
  expect(acks.last?.seq ?? 0, "the guest was heard").toBeGreaterThan(0);
  await isCalledShutDown(runId);
  return { boots, lastAcked: acks.last?.seq ?? 0 };
}

/** Cold, the button of the last one first; returns what the guest found. */
async function up(faults: Fault): Promise<Witness> {
  const runId = await begin(maintained, "cluster-up", wholeCluster);
  await waitsForButton(maintained, runId, nodes[0]);
  for (const node of nodes.toReversed()) await lab.powerOn(node);
  await faults(runId);
  console.log(`up after ${await resumed(maintained, runId)} times Resume`);
  await nothingLeft();
  return await guestAnswers();
}

const stopStep = "ensure-management-vm-stopped";
const startStep = "ensure-management-vm-started";

test.each([
  {
    first: "ceph-1",
    during: "the panel is killed both ways",
    goingDown: panelKilledAfter("ensure-vm-ha-off"),
    comingUp: panelKilledAfter("ensure-power-on"),
  },
  {
    first: "ceph-2",
    during: "ssh breaks before a send on the way down and after one on the way up",
    goingDown: sshCutBefore("ceph-1", stopStep),
    comingUp: sshCutAfterSendOf(startStep, "running"),
  },
  {
    first: "ceph-3",
    during: "ssh breaks after a send on the way down, and a node dies on the way up",
    goingDown: sshCutAfterSendOf(stopStep, "stopped"),
    comingUp: diesOnceServicesAreBack("ceph-1"),
  },
])(
  "$first is the first to die in a shutdown; $during: nothing is lost, nothing is left",
  async ({ first, goingDown, comingUp }) => {
    const seen = await down(async (runId) => {
      await goingDown(runId);
      await changedBy(maintained, runId, "ensure-ceph-flags");
      await lab.powerOff(first);
    });
    const after = await up(comingUp);
    expect(after).toMatchObject({ boots: seen.boots + 1, errs: 0 });
    expect(after.prev, "every write that was told of is there").toBeGreaterThanOrEqual(seen.lastAcked);
  },
  runMs * 3,
);

test(
  "the management VM's node dies before the VM was stopped: the shutdown ends, at most by Resume once the node is back",
  async () => {
    const seen = await down(async (runId) => {
      await changedBy(maintained, runId, "ensure-vm-ha-off");
      await diesAndComesBack(await ownerNow());
    });
    const after = await up(async () => await Promise.resolve());
    // Once for the cold start, and once where HA was quicker than the order to stop.
    expect([seen.boots + 1, seen.boots + 2]).toContain(after.boots);
    expect(after.errs).toBe(0);
    expect(after.prev, "every write that was told of is there").toBeGreaterThanOrEqual(seen.lastAcked);
  },
  runMs * 3,
);
