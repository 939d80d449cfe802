// Planned maintenance on real nodes: one down and up, with and without the management VM, then the whole cluster down and cold.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { HaStatus } from "@/contract/ha-status";
import { wholeCluster } from "@/contract/maintenance-subject";
import * as lab from "@/lab/cluster";
import { platformApi } from "@/server/adapters/platform/platform-api";
import { onNode } from "@/testing/deployed-lab";
import {
  begin,
  guardsMs,
  guestAnswers,
  isOff,
  type Maintained,
  maintainedLab,
  nodes,
  nothingLeft,
  runMs,
  status,
  succeed,
  waitsForButton,
} from "@/testing/maintained-lab";
import { platform, witness, until } from "@/testing/maintenance-sights";

let maintained: Maintained;
let clusterId: string;

beforeAll(async () => {
  maintained = await maintainedLab();
  ({ clusterId } = maintained);
}, 900_000);
afterAll(async () => {
  await maintained.panel.stop();
});

/** Returns where the management VM ran while the node was away, and whether the plan had it moved. */
async function downAndUp(node: string): Promise<{ during: HaStatus["managementVm"]; moved: boolean }> {
  const down = await begin(maintained, "node-down", node);
  await succeed(maintained, down);
  const planned = (await maintained.panel.client.run.get.query({ runId: down })).plan.steps.map(({ id }) => id);
  await isOff(node);

  const asked = nodes.find((name) => name !== node) ?? "";
  const { managementVm } = await status(asked);
  expect(managementVm.state).toBe("running");
  const flags = await onNode(asked, ["ceph", "osd", "dump", "--format", "json"]);
  expect(flags.stdout).toContain(`"crush_node_flags":{"${node}":["noout"]}`);

  // The same maintenance twice, or a second node, is held back by name.
  const { open } = await maintained.panel.client.maintenance.look.query({ clusterId });
  expect(open).toMatchObject({ value: [{ subject: node, actor: "admin", kind: "node-down" }] });
  const other = nodes.find((name) => name !== node && name !== managementVm.node) ?? "";
  const second = await maintained.panel.client.maintenance.plan.query({ clusterId, kind: "node-down", subject: other });
  expect(second.guards.filter(({ state }) => state === "fails").map(({ code }) => code)).toEqual(
    expect.arrayContaining(["consul-majority", "nodes-healthy", "no-other-maintenance"]),
  );

  const up = await begin(maintained, "node-up", node);
  await waitsForButton(maintained, up, node);
  await lab.powerOn(node);
  await succeed(maintained, up);
  await nothingLeft();
  return { during: managementVm, moved: planned.includes("ensure-vm-elsewhere") };
}

test(
  "a node without the management VM goes down safely and comes back whole",
  async () => {
    await guestAnswers();
    const { node: owner, epoch } = (await status(nodes[0])).managementVm;
    const { during, moved } = await downAndUp(nodes.find((node) => node !== owner) ?? "");
    expect(moved).toBe(false);
    expect(during).toMatchObject({ node: owner, epoch });
  },
  runMs * 2,
);

test(
  "the owner goes down: the management VM is migrated away first, its guest goes on",
  async () => {
    const { boots } = await guestAnswers();
    const owner = (await status(nodes[0])).managementVm.node ?? "";
    const { during, moved } = await downAndUp(owner);
    expect(moved).toBe(true);
    expect(during.node).not.toBe(owner);
    expect((await witness()).boots).toBe(boots);
  },
  runMs * 2,
);

test(
  "the whole cluster goes down and starts cold, in any order of power-on, with the same data",
  async () => {
    const before = await guestAnswers();
    await succeed(maintained, await begin(maintained, "cluster-down", wholeCluster));
    for (const node of nodes) await isOff(node);
    // A cluster that is off on purpose is called so: unknown, no alarm, and its page still answers.
    const seen = await until(
      "the panel's view",
      async () => {
        const { headline } = await maintained.panel.client.cluster.get.query({ clusterId });
        return headline.code === "shut-down" ? headline : null;
      },
      guardsMs,
    );
    expect(seen).toMatchObject({ tone: "unknown", facts: { actor: "admin" } });
    expect(await maintained.panel.client.recovery.sight.query({ clusterId })).toMatchObject({ code: "shut-down" });

    const runId = await begin(maintained, "cluster-up", wholeCluster);
    await waitsForButton(maintained, runId, "ceph-2");
    await maintained.panel.crash();
    for (const node of ["ceph-3", "ceph-1", "ceph-2"]) await lab.powerOn(node);
    await succeed(maintained, runId);
    await nothingLeft();
    const after = await guestAnswers();
    expect(after).toMatchObject({ boots: before.boots + 1, errs: 0 });
    expect(after.prev).toBeGreaterThanOrEqual(before.acked);

    // What the platform keeps running runs again; the other one is named for a person to start.
    expect(await maintained.panel.client.run.report.query({ runId })).toContain(
      "to be started by a person: sample-none",
    );
    const vms = await platformApi.vms(platform, AbortSignal.timeout(60_000));
    expect(Object.fromEntries(vms.map(({ name, state }) => [name, state]))).toEqual({
      "sample-never-stop": "Running",
      "sample-none": "Stopped",
    });
    const started = await maintained.panel.client.maintenance.startVms.mutate({
      clusterId,
      vms: ["sample-none"],
      idempotencyKey: `vms-${runId}`,
    });
    await succeed(maintained, started.runId);
    const running = await platformApi.vms(platform, AbortSignal.timeout(60_000));
    expect(running.every(({ state }) => state === "Running")).toBe(true);
  },
  runMs * 3,
);
