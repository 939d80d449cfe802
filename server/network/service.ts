import type { AuditSubject } from "@/server/audit/service";
import { recordAudit } from "@/server/audit/service";
import { getCluster, hostOf } from "@/server/cluster/service";
import { AppError } from "@/contract/errors";
import { type NetApplyResult, netApplyResultSchema } from "@/contract/net-apply";
import { changedIdentity, type NetworkChangeInput, plannedNetworksSchema } from "@/contract/network-change";
import type { NetworkCheck } from "@/contract/network-check";
import type { NetworkPlan } from "@/contract/network-plan";
import { suitePaths } from "@/contract/node-setup";
import { say } from "@/contract/sentence";
import { oncePerProcess } from "@/server/process";
import { listRuns, runInput, startRun } from "@/server/run/service";
import { measureNetworks } from "@/server/steps/networks/measure-networks";
import { planInput } from "@/server/steps/networks/network-wish";

/** Runs that are looked through for the newest one that made networks. A cluster with more in between has its newest state elsewhere. */
const runsLookedThrough = 500;
/**
 * The standing check is made anew when somebody looks and the last one is this old: one ssh command per node and, per pair and
 * network, eight small datagrams and three large ones. Shorter costs nodes more; longer shows a pulled cable later.
 */
const standingCheckMs = 60_000;
const previewTimeoutMs = 30_000;

/** The networks as they were last made on all nodes. */
export async function currentNetworks(clusterId: string): Promise<NetworkPlan[]> {
  const runs = await listRuns({ clusterId, limit: runsLookedThrough });
  const newest = runs.find(
    ({ kind, state }) => state === "succeeded" && (kind === "deploy-cluster" || kind === "apply-networks"),
  );
  if (newest === undefined)
    throw new AppError("not-found", say("networks-not-ours"), {
      facts: { cluster: clusterId },
    });
  return plannedNetworksSchema.parse(await runInput(newest.id)).networks;
}

/** All nodes test their paths to each other now. */
export async function measureCluster(clusterId: string, depth: NetworkCheck["depth"]): Promise<NetworkCheck> {
  const [{ nodes }, plans] = await Promise.all([getCluster(clusterId), currentNetworks(clusterId)]);
  const earlier = checks().get(clusterId)?.newest ?? null;
  const check = await measureNetworks(await Promise.all(nodes.map(({ name }) => hostOf(clusterId, name))), plans, {
    depth,
    nowIso: () => new Date().toISOString(),
    signal: new AbortController().signal,
    earlier: earlier && { reports: earlier.reports, secondsAgo: (Date.now() - Date.parse(earlier.at)) / 1000 },
  });
  checks().set(clusterId, { newest: check, running: null });
  return check;
}

interface Standing {
  newest: NetworkCheck | null;
  running: Promise<NetworkCheck> | null;
}
const checks = (): Map<string, Standing> => oncePerProcess("network checks", () => new Map<string, Standing>());

/** The newest check; one that is too old is made anew, once at a time. */
export async function standingCheck(clusterId: string): Promise<NetworkCheck> {
  const standing = checks().get(clusterId) ?? { newest: null, running: null };
  const { newest } = standing;
  if (newest !== null && Date.now() - Date.parse(newest.at) < standingCheckMs) return newest;
  if (standing.running !== null) return await standing.running;
  const running = measureCluster(clusterId, "cheap");
  checks().set(clusterId, { newest, running });
  try {
    return await running;
  } finally {
    const now = checks().get(clusterId);
    if (now !== undefined) checks().set(clusterId, { ...now, running: null });
  }
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
    nodes.map(async ({ name }) => {
      const stdin = planInput({ nodes: [], networks, rollbackSeconds: 120 }, name);
      const host = await hostOf(clusterId, name);
      const argv = [suitePaths.executable, "net-apply", "--json", "-"];
      const answer = await host.exec(argv, { timeoutMs: previewTimeoutMs, stdin });
      if (answer.kind === "exited" && answer.code === 0)
        return { node: name, result: netApplyResultSchema.parse(JSON.parse(answer.stdout)) };
      const said = answer.stderr.trim().split("\n")[0] ?? "";
      throw new AppError("command-failed", say("networks-refused", { node: name, said }), {
        facts: { node: name, said },
      });
    }),
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
