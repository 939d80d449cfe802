import type { DeploymentDraft } from "@/contract/deployment";
import type { NodeFacts } from "@/contract/node-facts";
import type { PreflightResult } from "@/contract/preflight";
import type { Verdicts } from "@/contract/preflight-verdict";
import { hostNamePattern } from "@/contract/ha-config-values";
import { installCommand, missingTools, packagesOf } from "@/contract/tool-packages";

/** Checks of one node by itself. Each gets the draft too: what is wanted decides what is enough. */
export type NodeCheck = (facts: NodeFacts, say: Verdicts, draft: DeploymentDraft) => PreflightResult;

const gib = 1024 ** 3;
/** Table 1-1 of the manual has two 10-core CPUs and 128 GB; this is the least that carries the smallest management VM beside Ceph. */
const cpuThreadsAdvised = 8;
const memoryGbAdvised = 32;
/** Three networks, one NIC each; the manual has two for each. */
const nicsAdvised = 3;
/** Packages, the suite (about 100 MB) and a day of logs; below the hard limit an installation fails half-way. */
const rootSpaceGb = { hard: 2, advised: 10 };
/** The manual expects 10 GB of logs a year. */
const logSpaceGb = 10;
/** "Memory 32 GB" reads as 31.x: firmware and kernel keep some. */
const memoryTolerance = 0.95;

const supported: Readonly<Record<string, number>> = {
  debian: 11,
  ubuntu: 20.04,
  centos: 7,
  rhel: 7,
  rocky: 8,
  almalinux: 8,
  ol: 7,
  openeuler: 20.03,
  anolis: 7,
  kylin: 10,
};
/** The suite's executable embeds its own runtime, built for this one. */
const suiteArchitecture = "x86_64";

export const hostNameValid: NodeCheck = ({ hostName }, say) => {
  const usable = hostNamePattern.test(hostName) && hostName === hostName.toLowerCase() && hostName !== "localhost";
  return usable ? say.pass(hostName, { name: hostName }) : say.fail(hostName, { name: hostName });
};

export const osSupported: NodeCheck = ({ hostName, os }, say) => {
  const facts = { os: os.prettyName, architecture: os.architecture };
  if (os.architecture !== suiteArchitecture) return say.fail(hostName, facts, "hard");
  const least = supported[os.id.toLowerCase()];
  return least !== undefined && Number.parseFloat(os.versionId) >= least
    ? say.pass(hostName, facts)
    : say.fail(hostName, facts);
};

export const virtualizationOn: NodeCheck = ({ hostName, cpu, kvmUsable }, say) => {
  const facts = { virtualization: cpu.virtualization, kvm: kvmUsable ? "yes" : "no" };
  return kvmUsable ? say.pass(hostName, facts) : say.fail(hostName, facts);
};

export const hyperThreadingOn: NodeCheck = ({ hostName, cpu }, say) => {
  const facts = { cores: cpu.cores, threads: cpu.threads };
  return cpu.threads > cpu.cores ? say.pass(hostName, facts) : say.fail(hostName, facts);
};

export const cpuEnough: NodeCheck = ({ hostName, cpu }, say) => {
  const facts = { threads: cpu.threads, advised: cpuThreadsAdvised };
  return cpu.threads >= cpuThreadsAdvised ? say.pass(hostName, facts) : say.fail(hostName, facts);
};

export const memoryEnough: NodeCheck = ({ hostName, memoryBytes }, say) => {
  const facts = { memoryGb: Math.round(memoryBytes / gib), advised: memoryGbAdvised };
  return memoryBytes >= memoryGbAdvised * gib * memoryTolerance ? say.pass(hostName, facts) : say.fail(hostName, facts);
};

/** The hypervisor's and containers' own links come and go with what runs on them. */
const passingLink = /^(vnet|tap|tun|macvtap|docker|veth|cali|vxlan)\d*/;

/** NICs a network may be laid on: not what is itself made of NICs, not what belongs to a guest. */
export const usableNics = (facts: Pick<NodeFacts, "nics">) =>
  facts.nics.filter(
    (nic) => nic.kind === "physical" || (nic.kind === "virtual" && nic.driver !== "tun" && !passingLink.test(nic.name)),
  );

export const nicCount: NodeCheck = (facts, say) => {
  const count = usableNics(facts).length;
  const told = { count, advised: nicsAdvised };
  return count >= nicsAdvised ? say.pass(facts.hostName, told) : say.fail(facts.hostName, told);
};

export const toolsPresent: NodeCheck = (facts, say, draft) => {
  const missing = missingTools(facts, draft);
  if (missing.length === 0) return say.pass(facts.hostName, { count: Object.keys(facts.tools).length });
  const { packageManager } = facts;
  const packages = packagesOf(missing, packageManager) ?? [];
  const told = {
    tools: missing.join(", "),
    packages: packages.join(", "),
    command: packageManager === "none" ? "" : installCommand(packages, packageManager),
  };
  // The deployment installs what a package manager can bring.
  return say.fail(facts.hostName, told, packageManager === "none" ? "hard" : "advice");
};

export const notAMemberElsewhere: NodeCheck = ({ hostName, membership }, say, draft) => {
  const cephIsForeign = membership.ceph !== null && draft.storage?.mode !== "existing";
  const told = {
    clusterNodes: membership.clusterNodes.join(", "),
    suite: membership.suite ?? "",
    ceph: membership.ceph ?? "",
    consul: membership.consul ? "yes" : "no",
  };
  // A Consul of whatever purpose: setting up ours would take its data, its unit or its port away.
  if (membership.clusterNodes.length > 0 || cephIsForeign || membership.consul) return say.fail(hostName, told);
  // The executable without a cluster: something was uninstalled.
  return membership.suite !== null ? say.fail(hostName, told, "advice") : say.pass(hostName, told);
};

export const emptyDiskPresent: NodeCheck = ({ hostName, disks }, say, draft) => {
  const empty = disks.filter((disk) => disk.inUseBecause.length === 0).length;
  const facts = { empty, disks: disks.length };
  return empty > 0 || draft.storage?.mode === "existing" ? say.pass(hostName, facts) : say.fail(hostName, facts);
};

/** The mount that holds a directory: the one with the longest target that is a parent of it. */
function mountOf(facts: NodeFacts, directory: string) {
  return facts.mounts
    .filter(({ target }) => directory === target || directory.startsWith(target.endsWith("/") ? target : `${target}/`))
    .sort((a, b) => b.target.length - a.target.length)[0];
}

export const rootSpaceEnough: NodeCheck = (facts, say) => {
  const mount = mountOf(facts, "/");
  if (mount === undefined) return say.unknown(facts.hostName, { target: "/" });
  const availableGb = Math.round((mount.availableBytes / gib) * 10) / 10;
  const told = { availableGb, advised: rootSpaceGb.advised };
  if (availableGb >= rootSpaceGb.advised) return say.pass(facts.hostName, told);
  return say.fail(facts.hostName, told, availableGb < rootSpaceGb.hard ? "hard" : "advice");
};

export const logSpaceEnough: NodeCheck = (facts, say) => {
  const mount = mountOf(facts, "/var/log");
  if (mount === undefined) return say.unknown(facts.hostName, { target: "/var/log" });
  const told = { availableGb: Math.round((mount.availableBytes / gib) * 10) / 10, advised: logSpaceGb };
  return told.availableGb >= logSpaceGb ? say.pass(facts.hostName, told) : say.fail(facts.hostName, told);
};

/** NetworkManager beside ifupdown or network-scripts: each takes the other's bonds down. Without bonds they can live together. */
export const singleNetworkStack: NodeCheck = ({ hostName, networkStack }, say, draft) => {
  const told = { stacks: networkStack.join(", ") };
  if (networkStack.length === 0) return say.unknown(hostName, told);
  if (networkStack.length === 1) return say.pass(hostName, told);
  const bonds = draft.networks.some((plan) => plan.link !== "single");
  return say.fail(hostName, told, bonds ? "hard" : "advice");
};
