// A deployed cluster that is taken down and up through the panel's own API: what the tests of maintenance and recovery stand on.
import { expect } from "vitest";
import { z } from "zod";
import { type HaStatus, haStatusSchema } from "@/contract/ha-status";
import type { MaintenanceKind } from "@/contract/maintenance";
import { wholeCluster } from "@/contract/maintenance-subject";
import type { RunProgress } from "@/contract/run-progress";
import { isSaying, sentenceText } from "@/contract/sentence";
import * as lab from "@/lab/cluster";
import { followRun, furnishPlatform, labPlatform, startDeployment } from "@/scripts/lab-deployment";
import { platformApi } from "@/server/adapters/platform/platform-api";
import { LabPanel, onNode } from "@/testing/deployed-lab";

export const nodes = ["ceph-1", "ceph-2", "ceph-3"] as const;
const guest = "10.77.2.100";
export const platform = { ip: guest, ...labPlatform };
/** Guards read Ceph, Consul and HA once more after a change; a busy machine needs several looks. */
export const guardsMs = 180_000;
/** OSDs that were away copy what was written meanwhile; a guest under emulation boots slowly. */
export const runMs = 600_000;
const guestMs = 180_000;
const lookEveryMs = 2_000;
const clusterName = "maintained";

export interface Maintained {
  readonly panel: LabPanel;
  readonly clusterId: string;
}

/** Three bare nodes, a panel of its own, a deployment, a platform that knows its hosts. */
export async function maintainedLab(): Promise<Maintained> {
  const panel = await LabPanel.start();
  const ids = await startDeployment(panel.client, await panel.readyDraft(clusterName));
  const run = await followRun(panel.client, ids, () => undefined);
  if (run.state !== "succeeded") throw new Error(`the deployment is ${run.state}: ${run.because.join("; ")}`);
  await guestAnswers();
  await furnishPlatform(await lab.status());
  return { panel, clusterId: ids.clusterId };
}

export async function until<T>(what: string, look: () => Promise<T | null>, timeoutMs: number): Promise<T> {
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

export async function status(node: string): Promise<HaStatus> {
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
export async function witness(): Promise<z.infer<typeof witnessSchema>> {
  const answer = await fetch(`http://${guest}:5000/witness`, { signal: AbortSignal.timeout(2_000) });
  return witnessSchema.parse(await answer.json());
}
/** Right after its start the guest's writer still reads what is on the disk, and has acknowledged nothing. */
async function writing(): Promise<z.infer<typeof witnessSchema> | null> {
  const seen = await witness();
  return seen.acked > 0 ? seen : null;
}
export const guestAnswers = () => until("the guest's writes", writing, guestMs);

export async function stateOf(node: string): Promise<string> {
  return (await lab.status()).nodes.find(({ name }) => name === node)?.state ?? "";
}

/** Begins as the page does: only when every guard holds, with the digest of the plan that was shown. */
export async function begin({ panel, clusterId }: Maintained, kind: MaintenanceKind, subject: string): Promise<string> {
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
  const confirmation = subject === wholeCluster ? clusterName : subject;
  const idempotencyKey = `${kind}-${subject}-${Math.round(performance.now())}`;
  const { factsDigest } = plan;
  return (await panel.client.maintenance.start.mutate({ ...wish, confirmation, factsDigest, idempotencyKey })).runId;
}

export async function succeed({ panel }: Maintained, runId: string): Promise<RunProgress> {
  const isStill = ({ state }: RunProgress): boolean => state === "succeeded" || state === "parked";
  const done = await panel.progress(runId, isStill, runMs);
  expect(done.state, `${sentenceText(done.because ?? "")} ${JSON.stringify(done.cells)}`).toBe("succeeded");
  return done;
}

export const waitsForButton = ({ panel }: Maintained, runId: string, node: string) =>
  panel.progress(
    runId,
    ({ cells }) => isSaying(cells[`ensure-power-on/${node}`]?.progressText ?? "", "waiting-for-button"),
    guardsMs,
  );

/** Nothing a maintenance sets is set, on Ceph, the nodes or the platform. */
export async function nothingLeft(): Promise<void> {
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
