// Planned maintenance where libvirt alone knows the guests and management controllers switch the machines, on real nodes.
import { expect, test } from "vitest";
import { wholeCluster } from "@/contract/maintenance-subject";
import { isSaying } from "@/contract/sentence";
import type { RunProgress } from "@/contract/run-progress";
import * as lab from "@/lab/cluster";
import { guestsOf, isUp, startBareGuest, startGuest } from "@/testing/libvirt-guests";
import {
  begin,
  bystanders,
  guardsMs,
  guestAnswers,
  type Maintained,
  maintainedLab,
  nodes,
  nothingLeft,
  ownerNow,
  runMs,
  stateOf,
  succeed,
} from "@/testing/maintained-lab";
import { deployedForAll } from "@/testing/maintenance-runs";
import { until } from "@/testing/maintenance-sights";

let maintained: Maintained;
let passwords: string[] = [];

async function withControllers(): Promise<Maintained> {
  const { clusterId, panel } = await maintainedLab(0, "none");
  const controllers = await lab.bmcs();
  passwords = controllers.map(({ password }) => password);
  for (const { node, address, user, password } of controllers)
    await panel.client.maintenance.setPower.mutate({ clusterId, node, bmc: { address, user, password } });
  return { clusterId, panel };
}
deployedForAll((deployed) => (maintained = deployed), withControllers);

/** The controller was asked, and says so: nobody has to look at a lamp. */
const offByController = ({ cells }: RunProgress, node: string): boolean =>
  isSaying(cells[`ensure-power-off/${node}`]?.observed ?? "", "power-is-off");

/** No person presses a button: the lab's machines are left alone until the controllers are told. */
const comesUp = async (runId: string, subjects: readonly string[]): Promise<void> => {
  await succeed(maintained, runId);
  for (const node of subjects) expect(await stateOf(node)).toBe("running");
};

test(
  "a node's guests are moved live, its controller says when it is off, and switches it on again",
  async () => {
    const [node] = await bystanders();
    await startBareGuest(node, "roamer");
    const down = await succeed(maintained, await begin(maintained, "node-down", node, "migrate"));
    expect(offByController(down, node)).toBe(true);
    expect(await stateOf(node)).toBe("off");
    const homes: string[] = [];
    for (const each of nodes.filter((name) => name !== node))
      if ((await guestsOf(each)).includes("roamer")) homes.push(each);
    expect(homes).toHaveLength(1);

    await comesUp(await begin(maintained, "node-up", node, "migrate"), [node]);
    await nothingLeft("none");
    expect(await guestsOf(homes[0] ?? ""), "it runs well where it is").toContain("roamer");
  },
  runMs * 2,
);

test(
  "the whole cluster goes down with its guests and is switched on by its controllers; they run again where they ran",
  async () => {
    const before = await guestAnswers();
    const [node] = await bystanders();
    // It has no system that would hear the power button, so nobody could shut it down.
    for (const each of nodes)
      if ((await guestsOf(each)).includes("roamer")) await lab.exec(each, ["virsh", "destroy", "roamer"]);
    await startGuest(node, "web", await ownerNow());
    await until("the guest's system is up", () => isUp(node, "web"), guardsMs);

    const down = await succeed(maintained, await begin(maintained, "cluster-down", wholeCluster));
    for (const each of nodes) {
      expect(offByController(down, each)).toBe(true);
      expect(await stateOf(each)).toBe("off");
    }
    await comesUp(await begin(maintained, "cluster-up", wholeCluster), nodes);
    await nothingLeft("none");
    expect(await guestsOf(node)).toEqual(["web"]);
    await until("the guest's system is up again", () => isUp(node, "web"), guardsMs);
    const after = await guestAnswers();
    expect(after).toMatchObject({ boots: before.boots + 1, errs: 0 });
    expect(after.prev).toBeGreaterThanOrEqual(before.acked);
  },
  runMs * 3,
);

test("no controller's password is in the panel's database or log", async () => {
  const written = await maintained.panel.written();
  expect(passwords).toHaveLength(nodes.length);
  for (const password of passwords) expect(written.includes(password)).toBe(false);
});
