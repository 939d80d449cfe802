import type { ClusterStatus } from "@/contract/cluster-status";
import type { CephStatus } from "@/contract/ha-status";

/** Nodes that fail without costing a service while all is well: three nodes and three copies are made for one. */
const promised = 1;

const overMajority = (present: number, all: number): number => Math.max(0, present - (Math.floor(all / 2) + 1));

/**
 * How many nodes more may fail, whichever they are, and the management VM goes on: Consul and the monitors keep their majorities, data its
 * copies, and a node is left that may take over. Where a reading is missing no more than one is promised.
 */
export function nodesToSpare(status: ClusterStatus): number {
  const { nodes, owner, ha } = status;
  const alive = nodes.filter(({ member }) => member.state === "known" && member.value === "alive").length;
  const inConsul = overMajority(alive, nodes.length);
  const ceph = ha.state === "known" && ha.value.ceph.state === "known" ? ha.value.ceph.value : null;
  if (ceph === null) return Math.min(inConsul, promised);
  const ownerNode = owner.state === "known" ? owner.value?.node : undefined;
  const standbys = nodes.filter(
    ({ name, suite }) => name !== ownerNode && suite.state === "known" && suite.value?.eligible === true,
  ).length;
  if (isElsewhere(status, ceph)) return Math.min(inConsul, standbys);
  const quorum = ceph.monitors.filter(({ inQuorum }) => inQuorum).length;
  const inCeph = Math.min(overMajority(quorum, ceph.monitors.length), copiesLeft(ceph, nodes.length - alive));
  return Math.min(inConsul, inCeph, standbys);
}

/** A Ceph of other machines loses nothing with a node. Where its tree cannot be read it counts as the nodes' own. */
function isElsewhere({ nodes }: ClusterStatus, { osdsByHost, monitors }: CephStatus): boolean {
  const names = new Set(nodes.map(({ name }) => name));
  const hosts = Object.keys(osdsByHost ?? {});
  return hosts.length > 0 && ![...hosts, ...monitors.map(({ name }) => name)].some((name) => names.has(name));
}

/** Data that has all its copies again has lost none to the nodes that are away. */
function copiesLeft({ copiesToSpare = promised, pgs }: CephStatus, away: number): number {
  const isWhole = Object.keys(pgs.byState).every((state) => state.startsWith("active+clean"));
  return isWhole ? copiesToSpare : Math.max(0, copiesToSpare - away);
}
