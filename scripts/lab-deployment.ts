// Drives a first deployment of the test cluster through the panel's own API: what npm run demo and the benches do.
import type { DeploymentDraft, StoragePlan } from "@/contract/deployment";
import type { NetworkPlan } from "@/contract/network-plan";
import { type CellState, isRunActive, type RunState } from "@/contract/run";
import { sentenceText } from "@/contract/sentence";
import type { LabStatus } from "@/lab/cluster";
import type { PanelClient } from "@/scripts/panel-client";

/** A first deployment on two cores takes two to three minutes, a cold start not much longer; beyond this something hangs. */
const runTimeoutMs = 20 * 60_000;
const followEveryMs = 1_000;

/** The test cluster's Ceph is small: more placement groups than this only slow three OSDs down. */
const labPgNum = 32;
const labOsdMemoryTargetMb = 900;
const storageMtu = 9000;

/** The stand-in's only account. */
export const labPlatform = { user: "admin", password: "password" } as const;

export function labNetworks(lab: LabStatus): NetworkPlan[] {
  const onNodes = (nic: number, ip: (node: LabStatus["nodes"][number]) => string | null) =>
    lab.nodes.map((node) => ({ node: node.name, nics: node.nics.slice(nic, nic + 1), ip: ip(node) }));
  const base = { link: "single" as const, bond: null };
  const { management } = lab.networksPlan;
  return [
    {
      ...base,
      id: "storage",
      bridge: false,
      mtu: storageMtu,
      prefixLength: 24,
      gateway: null,
      onNodes: onNodes(0, (node) => node.storageIp),
    },
    {
      ...base,
      id: "management",
      bridge: true,
      mtu: 1500,
      prefixLength: 24,
      gateway: management.gateway,
      onNodes: onNodes(1, (node) => node.ip),
    },
    {
      ...base,
      id: "data",
      bridge: false,
      mtu: 1500,
      prefixLength: null,
      gateway: null,
      onNodes: onNodes(2, () => null),
    },
  ];
}

/** The draft with all nodes in it, their keys accepted and the panel's own key installed. */
export async function prepareNodes(client: PanelClient, lab: LabStatus, clusterName: string): Promise<string> {
  const created = await client.deployment.create.mutate({ clusterName });
  const draftId = created.draft.id;
  const nodes = lab.nodes.map((node) => ({ address: node.ip, port: 22, user: "root" }));
  const added = await client.deployment.addNodes.mutate({ draftId, nodes });
  for (const node of added.view.draft.nodes) {
    if (node.presentedFingerprint === null) throw new Error(`${node.address} shows no host key`);
    await client.deployment.acceptHostKey.mutate({ draftId, nodeId: node.id, fingerprint: node.presentedFingerprint });
  }
  const nodeIds = added.view.draft.nodes.map((node) => node.id);
  const credentials = { kind: "password" as const, password: lab.rootPassword };
  await client.deployment.installKey.mutate({ draftId, nodeIds, credentials });
  await client.deployment.refreshFacts.mutate({ draftId, nodeIds });
  return draftId;
}

/** Everything else the wizard asks, answered for the test cluster. */
export async function fillDraft(client: PanelClient, lab: LabStatus, draftId: string): Promise<void> {
  if (lab.consul === null) throw new Error("the test cluster has no Consul binary");
  if (lab.managementVm === null) throw new Error("the test cluster has no management VM image");
  const draft = async (): Promise<DeploymentDraft> => (await client.deployment.get.query({ draftId })).draft;
  const base = async (): Promise<number> => (await draft()).revision;
  const patch = client.deployment.patch;
  await patch.mutate({ draftId, base: await base(), patch: { part: "networks", value: labNetworks(lab) } });
  const { storage } = await draft();
  if (storage?.mode !== "bootstrap") throw new Error("the draft suggests no disks for a Ceph of its own");
  const value: StoragePlan = { ...storage, pgNum: labPgNum, osdMemoryTargetMb: labOsdMemoryTargetMb };
  await patch.mutate({ draftId, base: await base(), patch: { part: "storage", value } });
  await client.deployment.takeConsul.mutate({
    draftId,
    version: lab.consul.version,
    from: { path: lab.consul.binary },
  });
  await client.deployment.usePanelPath.mutate({ draftId, path: lab.managementVm.image });
  await patch.mutate({
    draftId,
    base: await base(),
    patch: { part: "platform", value: { kind: "zstack", user: labPlatform.user, passwordSecretRef: null } },
  });
  await client.deployment.storePlatformPassword.mutate({ draftId, password: labPlatform.password });
  const { config } = await draft();
  const [network] = config?.Network ?? [];
  if (config === null || network === undefined) throw new Error("the draft suggests no configuration");
  const { ip, netmask, gateway } = lab.managementVm;
  const filled = {
    ...config,
    DNS: [gateway],
    ChronyServers: lab.nodes.slice(0, 1).map((node) => node.storageIp),
    Network: [{ ...network, Ipaddr: ip, Netmask: netmask, Gateway: gateway }],
  };
  await patch.mutate({ draftId, base: await base(), patch: { part: "config", value: filled } });
}

export interface StepSeconds {
  id: string;
  node: string;
  seconds: number;
}

export interface FollowedRun {
  runId: string;
  clusterId: string;
  state: RunState;
  seconds: number;
  steps: StepSeconds[];
  /** Why it stopped, when it did not succeed. */
  because: string[];
}

export async function startDeployment(
  client: PanelClient,
  draftId: string,
): Promise<{ runId: string; clusterId: string }> {
  const review = await client.deployment.review.query({ draftId });
  if (review.kind === "blocked") {
    const problems = review.problems.map(
      (problem) => `${problem.path}: ${problem.code} ${JSON.stringify(problem.facts)}`,
    );
    throw new Error(`the draft is not ready:\n${problems.join("\n")}`);
  }
  return await client.deployment.start.mutate({ draftId, idempotencyKey: `lab-${draftId}` });
}

const overStates = new Set<CellState>(["observed-succeeded", "not-needed", "failed", "blocked", "unknown"]);
const secondsBetween = (from: string | null, to: string | null): number =>
  from === null || to === null ? 0 : (Date.parse(to) - Date.parse(from)) / 1000;

/** Asks for the run's progress until it stops moving; survives restarts of the panel. */
export async function followRun(
  client: PanelClient,
  ids: { runId: string; clusterId: string },
  say: (line: string) => void,
  everyMs = followEveryMs,
): Promise<FollowedRun> {
  const began = performance.now();
  const told = new Set<string>();
  while (performance.now() - began < runTimeoutMs) {
    const progress = await client.run.progress.query({ runId: ids.runId }).catch(() => null);
    const cells = Object.entries(progress?.cells ?? {});
    for (const [key, cell] of cells) {
      const line = `${key} ${cell.state}: ${cell.error?.detail ?? sentenceText(cell.reason ?? cell.observed ?? "")}`;
      if (!overStates.has(cell.state) || told.has(line)) continue;
      told.add(line);
      say(`${((performance.now() - began) / 1000).toFixed(0).padStart(4)} s  ${line}`);
    }
    if (progress !== null && (!isRunActive(progress.state) || progress.state === "parked")) {
      const steps = cells.map(([key, cell]) => {
        const [id = "", node = ""] = key.split("/");
        return { id, node, seconds: secondsBetween(cell.startedAt, cell.endedAt) };
      });
      const because = cells.flatMap(([key, cell]) => (cell.error === null ? [] : [`${key}: ${cell.error.detail}`]));
      const seconds = secondsBetween(progress.createdAt, progress.endedAt ?? new Date().toISOString());
      return { ...ids, state: progress.state, seconds, steps, because };
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  throw new Error(`the run has not ended in ${runTimeoutMs / 60_000} minutes`);
}

const standIn = "http://10.77.2.100:8080/standin";
const standInAnswerMs = 10_000;

/** What a person enters at the platform after a first deployment: its hosts, and here two VMs to look at. */
export async function furnishPlatform(lab: LabStatus): Promise<void> {
  const put = async (what: "hosts" | "vm-instances", body: unknown): Promise<void> => {
    const signal = AbortSignal.timeout(standInAnswerMs);
    const answer = await fetch(`${standIn}/${what}`, { method: "PUT", body: JSON.stringify(body), signal });
    if (!answer.ok) throw new Error(`the stand-in refused ${JSON.stringify(body)}: ${await answer.text()}`);
  };
  for (const { name, ip } of lab.nodes) await put("hosts", { name, managementIp: ip });
  const hostName = lab.nodes[0]?.name ?? "";
  await put("vm-instances", { name: "sample-never-stop", hostName, level: "NeverStop" });
  await put("vm-instances", { name: "sample-none", hostName, level: "None" });
}
