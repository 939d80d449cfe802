// Planned maintenance on real nodes: one down and up, with and without the management VM, then the whole cluster down and cold.
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { type HaStatus, haStatusSchema } from "@/contract/ha-status";
import { type MaintenanceKind, wholeCluster } from "@/contract/maintenance";
import type { RunProgress } from "@/contract/run-progress";
import { isSaying, sentenceText } from "@/contract/sentence";
import * as lab from "@/lab/cluster";
import { followRun, furnishPlatform, labPlatform, startDeployment } from "@/scripts/lab-deployment";
import { platformApi } from "@/server/adapters/platform/platform-api";
import { LabPanel, onNode } from "@/testing/deployed-lab";

const nodes = ["ceph-1", "ceph-2", "ceph-3"] as const;
const guest = "10.77.2.100";
const platform = { ip: guest, ...labPlatform };
/** Guards read Ceph, Consul and HA once more after a change; a busy machine needs several looks. */
const guardsMs = 180_000;
/** OSDs that were away copy what was written meanwhile; a guest under emulation boots slowly. */
const runMs = 600_000;
const guestMs = 180_000;
const lookEveryMs = 2_000;

let panel: LabPanel;
let clusterId: string;

beforeAll(async () => {
  panel = await LabPanel.start();
  const ids = await startDeployment(panel.client, await panel.readyDraft("maintained"));
  const run = await followRun(panel.client, ids, () => undefined);
  if (run.state !== "succeeded") throw new Error(`the deployment is ${run.state}: ${run.because.join("; ")}`);
  ({ clusterId } = ids);
  await guestAnswers();
  await furnishPlatform(await lab.status());
}, 900_000);
afterAll(async () => {
  await panel.stop();
});

async function until<T>(what: string, look: () => Promise<T | null>, timeoutMs: number): Promise<T> {
  const end = performance.now() + timeoutMs;
  let reason = "";
  while (performance.now() < end) {
    try {
      const seen = await look();
      if (seen !== null) return seen;
    } catch (error) {
      reason = String(error);
    }
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
  throw new Error(`${what}: not seen in ${timeoutMs / 1000} s ${reason}`);
}

async function status(node: string): Promise<HaStatus> {
  const { stdout } = await onNode(node, ["zsha", "status", "--json"], [0, 1]);
  return haStatusSchema.parse(JSON.parse(stdout.trim().split("\n").at(-1) ?? "null"));
}

const witnessSchema = z.object({
  node: z.string(),
  boots: z.number(),
  acked: z.number(),
  prev: z.number(),
  errs: z.number(),
});
/** What the guest has written to its disk, and found there when it booted. */
async function witness(): Promise<z.infer<typeof witnessSchema>> {
  const answer = await fetch(`http://${guest}:5000/witness`, { signal: AbortSignal.timeout(2_000) });
  return witnessSchema.parse(await answer.json());
}
/** Right after its start the guest's writer still reads what is on the disk, and has acknowledged nothing. */
async function writing(): Promise<z.infer<typeof witnessSchema> | null> {
  const seen = await witness();
  return seen.acked > 0 ? seen : null;
}
const guestAnswers = () => until("the guest's writes", writing, guestMs);

async function stateOf(node: string): Promise<string> {
  return (await lab.status()).nodes.find(({ name }) => name === node)?.state ?? "";
}

/** Begins as the page does: only when every guard holds, with the digest of the plan that was shown. */
async function begin(kind: MaintenanceKind, subject: string): Promise<string> {
  const wish = { clusterId, kind, subject, guests: "stop" as const };
  let open = "";
  const plan = await until(
    `guards of ${kind} ${subject}`,
    async () => {
      const seen = await panel.client.maintenance.plan.query(wish);
      open = seen.guards.flatMap((one) => (one.state === "holds" ? [] : [sentenceText(one.sentence)])).join("; ");
      return open === "" ? seen : null;
    },
    guardsMs,
  ).catch((error: unknown) => {
    throw new Error(`${String(error)} ${open}`);
  });
  const confirmation = subject === wholeCluster ? "maintained" : subject;
  const idempotencyKey = `${kind}-${subject}-${Math.round(performance.now())}`;
  const { factsDigest } = plan;
  return (await panel.client.maintenance.start.mutate({ ...wish, confirmation, factsDigest, idempotencyKey })).runId;
}

async function succeed(runId: string): Promise<RunProgress> {
  const isStill = ({ state }: RunProgress): boolean => state === "succeeded" || state === "parked";
  const done = await panel.progress(runId, isStill, runMs);
  expect(done.state, `${sentenceText(done.because ?? "")} ${JSON.stringify(done.cells)}`).toBe("succeeded");
  return done;
}

const waitsForButton = (runId: string, node: string) =>
  panel.progress(
    runId,
    ({ cells }) => isSaying(cells[`ensure-power-on/${node}`]?.progressText ?? "", "waiting-for-button"),
    guardsMs,
  );

/** Nothing a maintenance sets is set, on Ceph, the nodes or the platform. */
async function nothingLeft(): Promise<void> {
  const [first] = nodes;
  const dump = await onNode(first, ["ceph", "osd", "dump", "--format", "json"]);
  const flags = z
    .object({ flags_set: z.array(z.string()), crush_node_flags: z.record(z.string(), z.array(z.string())) })
    .parse(JSON.parse(dump.stdout));
  expect(flags.flags_set.filter((flag) => /^(no|pause)/.test(flag))).toEqual([]);
  expect(flags.crush_node_flags).toEqual({});
  for (const node of nodes) {
    const found = await lab.exec(node, ["sh", "-c", "ls /var/lib/zsha/maintenance 2>/dev/null"]);
    expect(found.stdout, node).toBe("");
  }
  const signal = AbortSignal.timeout(60_000);
  const hosts = await platformApi.hosts(platform, signal);
  expect(hosts.map(({ name, state, status: link }) => [name, state, link])).toEqual(
    nodes.map((name) => [name, "Enabled", "Connected"]),
  );
  expect(await platformApi.globalSetting(platform, "ha", "enable", signal)).toBe("true");
  const { services, intent } = await status(first);
  expect(services.map(({ state }) => state)).toEqual(["running", "running", "running"]);
  expect(intent).toMatchObject({ value: { want: "started" } });
}

/** Returns where the management VM ran while the node was away, and whether the plan had it moved. */
async function downAndUp(node: string): Promise<{ during: HaStatus["managementVm"]; moved: boolean }> {
  const down = await begin("node-down", node);
  await succeed(down);
  const planned = (await panel.client.run.get.query({ runId: down })).plan.steps.map(({ id }) => id);
  await until(`${node} is off`, async () => ((await stateOf(node)) === "off" ? true : null), 60_000);

  const asked = nodes.find((name) => name !== node) ?? "";
  const { managementVm } = await status(asked);
  expect(managementVm.state).toBe("running");
  const flags = await onNode(asked, ["ceph", "osd", "dump", "--format", "json"]);
  expect(flags.stdout).toContain(`"crush_node_flags":{"${node}":["noout"]}`);

  // The same maintenance twice, or a second node, is held back by name.
  const { open } = await panel.client.maintenance.look.query({ clusterId });
  expect(open).toMatchObject({ value: [{ subject: node, actor: "admin", kind: "node-down" }] });
  const other = nodes.find((name) => name !== node && name !== managementVm.node) ?? "";
  const second = await panel.client.maintenance.plan.query({ clusterId, kind: "node-down", subject: other });
  expect(second.guards.filter(({ state }) => state === "fails").map(({ code }) => code)).toEqual(
    expect.arrayContaining(["consul-majority", "nodes-healthy", "no-other-maintenance"]),
  );

  const up = await begin("node-up", node);
  await waitsForButton(up, node);
  await lab.powerOn(node);
  await succeed(up);
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
    await succeed(await begin("cluster-down", wholeCluster));
    for (const node of nodes)
      await until(`${node} is off`, async () => ((await stateOf(node)) === "off" ? true : null), 60_000);
    // A cluster that is off is unknown, not an error, and its page still answers.
    const seen = await until(
      "the panel's view",
      async () => {
        const { headline } = await panel.client.cluster.get.query({ clusterId });
        return ["cluster-unreachable", "panel-network-suspect"].includes(headline.code) ? headline : null;
      },
      guardsMs,
    );
    expect(seen.tone).toBe("unknown");

    const runId = await begin("cluster-up", wholeCluster);
    await waitsForButton(runId, "ceph-2");
    await panel.crash();
    for (const node of ["ceph-3", "ceph-1", "ceph-2"]) await lab.powerOn(node);
    await succeed(runId);
    await nothingLeft();
    const after = await guestAnswers();
    expect(after).toMatchObject({ boots: before.boots + 1, errs: 0 });
    expect(after.prev).toBeGreaterThanOrEqual(before.acked);

    // What the platform keeps running runs again; the other one is named for a person to start.
    expect(await panel.client.run.report.query({ runId })).toContain("to be started by a person: sample-none");
    const vms = await platformApi.vms(platform, AbortSignal.timeout(60_000));
    expect(Object.fromEntries(vms.map(({ name, state }) => [name, state]))).toEqual({
      "sample-never-stop": "Running",
      "sample-none": "Stopped",
    });
  },
  runMs * 3,
);
