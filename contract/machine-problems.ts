import type { ClusterInput } from "@/contract/deployment-input";
import type { NewMachine } from "@/contract/node-change";
import type { NodeFacts } from "@/contract/node-facts";
import { joined, say, type Sentence } from "@/contract/sentence";
import { isSystemDisk } from "@/contract/storage-problems";

/** Why a machine cannot take its place in this cluster. Pure: what it was found to be, against what its place needs. */
export function machineProblems(
  machine: NewMachine,
  facts: Pick<NodeFacts, "machineId" | "os" | "nics" | "disks" | "mounts" | "membership">,
  deployment: ClusterInput,
): Sentence[] {
  const { address } = machine;
  const problems: Sentence[] = [];
  const others = deployment.nodes.filter(({ name }) => name !== machine.name);
  const twin = others.find(
    (node) => node.machineId === facts.machineId || node.hostKeyFingerprint === machine.hostKeyFingerprint,
  );
  if (twin !== undefined) problems.push(say("machine-is-member", { address, node: twin.name }));
  const { consul, ceph, suite } = facts.membership;
  const traces = [consul ? "Consul" : null, ceph === null ? null : `Ceph ${ceph}`, suite === null ? null : "zsha"];
  const found = traces.filter((trace) => trace !== null);
  if (found.length > 0) problems.push(say("machine-not-clean", { address, traces: found.join(", ") }));
  const wanted = others[0]?.architecture;
  if (wanted !== undefined && wanted !== facts.os.architecture)
    problems.push(say("machine-other-architecture", { address, found: facts.os.architecture, wanted }));
  for (const { id, onNodes } of deployment.networks)
    for (const nic of onNodes.find(({ node }) => node === machine.name)?.nics ?? [])
      if (!facts.nics.some(({ name }) => name === nic))
        problems.push(say("machine-lacks-nic", { address, nic, network: id }));
  return [...problems, ...diskProblems(machine, facts, deployment)];
}

function diskProblems(
  { address, disks, wipeConfirmed }: NewMachine,
  facts: Pick<NodeFacts, "disks" | "mounts">,
  { storage }: ClusterInput,
): Sentence[] {
  if (storage.mode !== "bootstrap") return [];
  if (disks.length === 0) return [say("machine-needs-disk", { address })];
  return disks.flatMap((disk) => {
    const found = facts.disks.find(({ path }) => path === disk);
    if (found === undefined) return [say("machine-lacks-disk", { address, disk })];
    if (isSystemDisk(found, facts)) return [say("machine-disk-system", { address, disk })];
    if (found.inUseBecause.length === 0 || wipeConfirmed.includes(disk)) return [];
    return [say("machine-disk-used", { address, disk, why: joined(found.inUseBecause) })];
  });
}
