// The cluster whose owner is cut: deployed with a profile, on a Ceph of its own or beside one, and looked at until it is whole again.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { onNode, readyDraft, say, startFresh, stopPanel, succeeded } from "@/bench/bench-lab";
import { consulGet } from "@/bench/consul-on-node";
import type { OwnerBefore } from "@/bench/failover-observer";
import { consulKeys, ownerRecordSchema } from "@/contract/consul-keys";
import type { StoragePlan } from "@/contract/deployment";
import type { HaProfile } from "@/contract/ha-profile";
import { type HaStatus, haStatusSchema } from "@/contract/ha-status";
import { cephUserCaps } from "@/contract/node-setup";
import { sentenceText } from "@/contract/sentence";
import * as lab from "@/lab/cluster";
import { followRun, startDeployment } from "@/scripts/lab-deployment";

/** Where monitors and OSDs are: on the nodes that are cut, or on a machine of their own. */
export const cephPlaces = ["outside", "nodes"] as const;
export type CephPlace = (typeof cephPlaces)[number];

const outsideCeph = readFileSync(join(import.meta.dirname, "outside-ceph.sh"), "utf8");
const pool = "zstack";
/** The suite's user, in a Ceph of its own as in the one made here. */
const suiteUser = "zsha";
/** A monitor's first quorum, an OSD's first boot and 32 placement groups, on a busy machine. */
const outsideTimeoutMs = 300_000;
const statusTimeoutMs = 30_000;
const lookEveryMs = 1_000;

export interface FailoverCluster {
  nodes: lab.NodeStatus[];
  page: string;
}

export async function startCluster(profile: HaProfile, ceph: CephPlace): Promise<FailoverCluster> {
  const { client, status: all } = await startFresh(ceph === "outside" ? 4 : 3);
  const status = { ...all, nodes: all.nodes.slice(0, 3) };
  const draftId = await readyDraft(client, status);
  const base = async () => (await client.deployment.get.query({ draftId })).draft.revision;
  await client.deployment.patch.mutate({ draftId, base: await base(), patch: { part: "haProfile", value: profile } });
  const storage = all.nodes[3];
  if (storage !== undefined) {
    say("making a Ceph outside the nodes…");
    const key = await makeOutsideCeph(storage);
    const value: StoragePlan = {
      mode: "existing",
      monitors: [`${storage.storageIp}:6789`],
      user: `client.${suiteUser}`,
      keySecretRef: null,
      pool,
      createPool: false,
      pgNum: 32,
      osdsPerNode: 0,
      media: "hybrid",
    };
    await client.deployment.patch.mutate({ draftId, base: await base(), patch: { part: "storage", value } });
    await client.deployment.storeCephKey.mutate({ draftId, key });
  }
  say(`deploying with the ${profile} profile, Ceph ${ceph === "outside" ? "outside the nodes" : "on the nodes"}…`);
  succeeded(await followRun(client, await startDeployment(client, draftId), () => {}));
  // Its readings of every node would be part of the figure.
  await stopPanel();
  return { nodes: status.nodes, page: `http://${all.managementVm?.ip ?? ""}:5000/` };
}

async function makeOutsideCeph({ name, storageIp, nics, disks }: lab.NodeStatus): Promise<string> {
  const argv = ["bash", "-c", outsideCeph, "outside-ceph", name, storageIp, nics[0] ?? "", disks[0] ?? "", pool];
  return (await onNode(name, [...argv, ...cephUserCaps(pool)], outsideTimeoutMs)).trim();
}

export async function readStatus(node: string): Promise<HaStatus> {
  const text = await onNode(node, ["sh", "-c", "zsha status --json || [ $? -eq 1 ]"], statusTimeoutMs);
  return haStatusSchema.parse(JSON.parse(text.trim().split("\n").at(-1) ?? "null"));
}

/** What stands between this cluster and the next cut; empty when it is whole. */
function notYet(status: HaStatus): string[] {
  const { managementVm, services, consul, ceph, lastStart } = status;
  const missing: string[] = [];
  if (managementVm.state !== "running") missing.push(`the management VM is ${managementVm.state}`);
  if (lastStart === null || lastStart.epoch !== managementVm.epoch) missing.push("its start is not on record");
  if (!status.fence.armed) missing.push(`the fence is not armed: ${sentenceText(status.fence.because)}`);
  for (const { node, state, eligible } of services)
    if (state !== "running" || (eligible !== true && node !== managementVm.node)) missing.push(`${node} is no standby`);
  if (consul.state !== "known" || consul.value.leader === null) missing.push("Consul has no leader");
  else if (consul.value.members.some((member) => member.status !== "alive")) missing.push("a Consul member is missing");
  if (ceph.state !== "known") missing.push("Ceph does not answer");
  else {
    const { osds, pgs, monitors } = ceph.value;
    if (osds.up < osds.total) missing.push(`${osds.up} of ${osds.total} OSDs are up`);
    if (monitors.some((monitor) => !monitor.inQuorum)) missing.push("a monitor is not in the quorum");
    const clean = pgs.byState["active+clean"] ?? 0;
    if (clean < pgs.total) missing.push(`${clean} of ${pgs.total} placement groups are clean`);
  }
  return missing;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Powers on what is off and waits until everything is as before a cut. Throws with what is still missing. */
export async function untilWhole(cluster: FailoverCluster, timeoutMs: number): Promise<HaStatus> {
  const end = performance.now() + timeoutMs;
  let missing = ["nothing was read"];
  for (const { name } of cluster.nodes) await lab.powerOn(name);
  while (performance.now() < end) {
    try {
      const status = await readStatus(cluster.nodes[0]?.name ?? "");
      missing = notYet(status);
      if (missing.length === 0) {
        const page = await fetch(cluster.page, { signal: AbortSignal.timeout(2_000) });
        if (page.ok) return status;
        missing = [`the guest's page answers ${page.status}`];
      }
    } catch (error) {
      missing = [error instanceof Error ? error.message : String(error)];
    }
    await pause(lookEveryMs);
  }
  throw new Error(`not whole after ${timeoutMs / 1000} s: ${missing.join("; ")}`);
}

/** The owner as Consul has it, on record before the cut. */
export async function ownerOf(cluster: FailoverCluster, status: HaStatus): Promise<OwnerBefore & { leads: boolean }> {
  const [asked] = cluster.nodes;
  const { node, epoch, clientAddress } = ownerRecordSchema.parse(
    JSON.parse(await consulGet(asked?.name ?? "", consulKeys.owner)),
  );
  const found = cluster.nodes.find(({ name }) => name === node);
  if (found === undefined) throw new Error(`${node} owns the management VM and is no node of this cluster`);
  const leader = status.consul.state === "known" ? status.consul.value.leader : null;
  return {
    node: found.name,
    storageIp: found.storageIp,
    epoch,
    address: clientAddress,
    cephUser: suiteUser,
    leads: leader?.split(":")[0] === found.storageIp,
  };
}
