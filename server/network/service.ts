import type { AuditSubject } from "@/server/audit/service";
import { recordAudit } from "@/server/audit/service";
import { recalledNetworks } from "@/server/adoption/recall";
import { getCluster, hostOf } from "@/server/cluster/service";
import { AppError } from "@/contract/errors";
import type { NetApplyResult } from "@/contract/net-apply";
import { changedIdentity, type NetworkChangeInput, plannedNetworksSchema } from "@/contract/network-change";
import type { NetworkPlan } from "@/contract/network-plan";
import { nodeChangeInputSchema, nodeChangeKindSchema } from "@/contract/node-change";
import { cellOf, isSettled } from "@/contract/run-progress";
import { say } from "@/contract/sentence";
import { blinkNic } from "@/server/node/blink-nic";
import { listRuns, runInput, runProgress, startRun } from "@/server/run/service";
import { networksStepId } from "@/server/steps/networks/networks-step";
import { planOnNode } from "@/server/steps/networks/plan-on-node";

/** Runs that are looked through for the newest one that made networks. A cluster with more in between has its newest state elsewhere. */
const runsLookedThrough = 500;

/** The networks as they were last made on all nodes; of a cluster that was taken over, as the nodes had them then. */
export async function currentNetworks(clusterId: string): Promise<NetworkPlan[]> {
  const newest = await newestThatMadeNetworks(await listRuns({ clusterId, limit: runsLookedThrough }));
  if (newest === null) {
    const recalled = await recalledNetworks(clusterId);
    if (recalled !== null) return recalled;
    throw new AppError("not-found", say("networks-not-ours"), { facts: { cluster: clusterId } });
  }
  const input = await runInput(newest.id);
  const change = nodeChangeInputSchema.safeParse(input);
  return plannedNetworksSchema.parse(change.success ? change.data.deployment : input).networks;
}

type Run = Awaited<ReturnType<typeof listRuns>>[number];

async function newestThatMadeNetworks(runs: readonly Run[]): Promise<Run | null> {
  for (const run of runs) {
    const { kind, state } = run;
    const isMade = kind === "apply-networks" || nodeChangeKindSchema.safeParse(kind).success;
    if (state === "succeeded" && (isMade || kind === "deploy-cluster")) return run;
    // What a deployment is about after its networks may take long, or never come to an end: they are there, and stay.
    if (kind === "deploy-cluster" && (await hasMadeNetworks(run.id))) return run;
  }
  return null;
}

async function hasMadeNetworks(runId: string): Promise<boolean> {
  const { plan, progress } = await runProgress(runId);
  const step = plan.steps.find(({ id }) => id === networksStepId);
  return step !== undefined && step.cells.every((cell) => isSettled(cellOf(progress, step.id, cell)));
}

async function changeInput(
  clusterId: string,
  networks: NetworkPlan[],
): Promise<Omit<NetworkChangeInput, "rollbackSeconds">> {
  const [{ name, nodes }, before] = await Promise.all([getCluster(clusterId), currentNetworks(clusterId)]);
  const changed = changedIdentity(before, networks);
  if (changed !== null)
    throw new AppError("bad-input", changed.why, {
      facts: { node: changed.node, network: changed.network },
      advice: say("networks-identity"),
    });
  return {
    protocol: 1,
    clusterName: name,
    nodes: nodes.map((node) => ({ name: node.name, address: node.address })),
    networks,
  };
}

/** The exact files and commands on every node; nothing is changed. */
export async function previewChange(
  clusterId: string,
  networks: NetworkPlan[],
): Promise<{ node: string; result: NetApplyResult }[]> {
  const { nodes } = await changeInput(clusterId, networks);
  return await Promise.all(
    nodes.map(async ({ name }) => ({ node: name, result: await planOnNode(await hostOf(clusterId, name), networks) })),
  );
}

export async function startChange(
  order: { clusterId: string; networks: NetworkPlan[]; rollbackSeconds: number; idempotencyKey: string },
  subject: AuditSubject,
): Promise<{ runId: string }> {
  const { clusterId, networks, rollbackSeconds, idempotencyKey } = order;
  const input: NetworkChangeInput = { ...(await changeInput(clusterId, networks)), rollbackSeconds };
  const actor = subject.actor?.username ?? "trivet";
  const { runId } = await startRun({ kind: "apply-networks", clusterId, input, actor, idempotencyKey });
  await recordAudit(subject, "run-created", { target: `cluster:${clusterId}`, facts: { run: runId } });
  return { runId };
}

export const letBlink = async (clusterId: string, node: string, nic: string): Promise<void> =>
  await blinkNic(await hostOf(clusterId, node), nic);
