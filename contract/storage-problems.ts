import type { DeploymentDraft, StoragePlan } from "@/contract/deployment";
import { fieldAdvice, fieldError } from "@/contract/field-problem";
import type { DiskFacts, NodeFacts } from "@/contract/node-facts";
import type { FieldProblem } from "@/contract/preflight";
import { joined, type Sentence } from "@/contract/sentence";
import { parseIpv4 } from "@/lib/ipv4";

/** Ceph's mon_max_pg_per_osd: `osd pool create` is refused above it. */
export const pgPerOsdMax = 250;
/** Below this an OSD cannot hold even its own metadata caches (osd_memory_target's lower bound in Ceph). */
export const osdMemoryTargetMinMb = 896;
/** BlueStore wants room for its own database and journal; smaller disks fill up with them. */
export const osdDiskMinBytes = 1024 ** 3;
/** Ceph stops writes at full_ratio 0.95 and warns at 0.85: what lies above is not usable. */
const usableShare = 0.85;
/** Of five hosts and more a majority is left without two: monitors and Consul go on, so the data should too. */
const hostsThatMayLoseTwo = 5;
const poolName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const rbdUser = /^client\.[A-Za-z0-9._-]+$/;

type Bootstrap = Extract<StoragePlan, { mode: "bootstrap" }>;
type Existing = Extract<StoragePlan, { mode: "existing" }>;

export function storageProblems(draft: DeploymentDraft): FieldProblem[] {
  const { storage } = draft;
  if (storage === null) return [fieldError("storage", "storage-missing")];
  const nodes = draft.nodes.flatMap(({ facts }) => (facts === null ? [] : [facts]));
  const common = poolName.test(storage.pool)
    ? []
    : [fieldError("storage.pool", "pool-name-invalid", { value: storage.pool })];
  return [...common, ...(storage.mode === "bootstrap" ? bootstrapProblems(storage, nodes) : existingProblems(storage))];
}

function bootstrapProblems(storage: Bootstrap, nodes: readonly NodeFacts[]): FieldProblem[] {
  const problems = nodes.flatMap((facts) => diskProblems(storage, facts));
  const hosts = hostsWithOsds(storage);
  const osds = osdCount(storage);
  const room = storage.failureDomain === "host" ? hosts : osds;
  if (storage.replicas > room)
    problems.push(
      fieldError("storage.replicas", "replicas-exceed-domains", {
        replicas: storage.replicas,
        domain: storage.failureDomain,
        count: room,
      }),
    );
  if (storage.replicas < 4 && canLoseTwo(storage))
    problems.push(fieldAdvice("storage.replicas", "two-lost-hosts", { hosts, replicas: storage.replicas }));
  if (storage.replicas === 2) problems.push(fieldAdvice("storage.replicas", "two-replicas"));
  if (storage.failureDomain === "osd") problems.push(fieldAdvice("storage.failureDomain", "failure-domain-osd"));
  problems.push(...pgProblems(storage.pgNum, osds * (1 / storage.replicas), osds));
  if (storage.osdMemoryTargetMb < osdMemoryTargetMinMb)
    problems.push(
      fieldError("storage.osdMemoryTargetMb", "osd-memory-too-small", {
        megabytes: storage.osdMemoryTargetMb,
        min: osdMemoryTargetMinMb,
      }),
    );
  for (const facts of nodes) {
    const wanted = (storage.disks[facts.hostName] ?? []).length * storage.osdMemoryTargetMb * 1024 ** 2;
    if (wanted > facts.memoryBytes / 2)
      problems.push(
        fieldAdvice("storage.osdMemoryTargetMb", "osd-memory-crowds-node", {
          node: facts.hostName,
          wantedGb: Math.round(wanted / 1024 ** 3),
          memoryGb: Math.round(facts.memoryBytes / 1024 ** 3),
        }),
      );
  }
  return problems;
}

function diskProblems(storage: Bootstrap, facts: NodeFacts): FieldProblem[] {
  const node = facts.hostName;
  const path = `storage.disks.${node}`;
  const chosen = storage.disks[node] ?? [];
  if (chosen.length === 0) return [fieldError(path, "no-disk-chosen", { node })];
  return chosen.flatMap((diskPath) => {
    const disk = facts.disks.find((one) => one.path === diskPath);
    const here = { node, disk: diskPath };
    if (disk === undefined) return [fieldError(path, "disk-unknown", here)];
    if (isSystemDisk(disk, facts)) return [fieldError(path, "disk-holds-system", { ...here, because: because(disk) })];
    if (disk.sizeBytes < osdDiskMinBytes)
      return [fieldError(path, "disk-too-small", { ...here, megabytes: Math.round(disk.sizeBytes / 1024 ** 2) })];
    if (disk.inUseBecause.length > 0 && !storage.wipeConfirmed.includes(`${node}:${diskPath}`))
      return [fieldError(path, "disk-holds-data", { ...here, because: because(disk) })];
    return [];
  });
}

const because = (disk: DiskFacts): Sentence => joined(disk.inUseBecause);

/** Something of the running system is mounted from it: no confirmation makes wiping it right. */
export function isSystemDisk(disk: DiskFacts, facts: Pick<NodeFacts, "mounts">): boolean {
  return facts.mounts.some(({ source }) => source === disk.path || isPartitionOf(source, disk.path));
}

/** /dev/sda2 of /dev/sda, /dev/nvme0n1p1 of /dev/nvme0n1. */
function isPartitionOf(source: string, disk: string): boolean {
  if (!source.startsWith(disk)) return false;
  const rest = source.slice(disk.length);
  return /^\d+$/.test(rest) ? !/\d$/.test(disk) : /^p\d+$/.test(rest);
}

function pgProblems(pgNum: number, osdsPerCopy: number, osds: number): FieldProblem[] {
  const path = "storage.pgNum";
  if (!Number.isInteger(pgNum) || pgNum < 1 || pgNum > 65_536)
    return [fieldError(path, "pg-num-out-of-range", { pgNum, min: 1, max: 65_536 })];
  const problems: FieldProblem[] = [];
  if (osdsPerCopy > 0) {
    const perOsd = Math.ceil(pgNum / osdsPerCopy);
    if (perOsd > pgPerOsdMax)
      problems.push(fieldError(path, "pg-num-too-many", { pgNum, perOsd, max: pgPerOsdMax, osds }));
    else if (perOsd > 100 && osds < 10) problems.push(fieldAdvice(path, "pg-num-many-for-few-osds", { perOsd, osds }));
  }
  if (Math.log2(pgNum) % 1 !== 0) problems.push(fieldAdvice(path, "pg-num-not-power-of-two", { pgNum }));
  return problems;
}

function existingProblems(storage: Existing): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (storage.monitors.length === 0) problems.push(fieldError("storage.monitors", "monitors-missing"));
  storage.monitors.forEach((monitor, at) => {
    if (!isMonitorAddress(monitor))
      problems.push(fieldError(`storage.monitors.${at}`, "monitor-malformed", { value: monitor }));
    else if (storage.monitors.indexOf(monitor) !== at)
      problems.push(fieldError(`storage.monitors.${at}`, "monitor-repeated", { value: monitor }));
  });
  if (!rbdUser.test(storage.user))
    problems.push(fieldError("storage.user", "ceph-user-invalid", { user: storage.user }));
  if (storage.keySecretRef === null) problems.push(fieldError("storage.keySecretRef", "ceph-key-missing"));
  if (storage.createPool) problems.push(...pgProblems(storage.pgNum, 0, 0));
  if (!Number.isInteger(storage.osdsPerNode) || storage.osdsPerNode < 0)
    problems.push(fieldError("storage.osdsPerNode", "osds-per-node-invalid", { count: storage.osdsPerNode }));
  return problems;
}

/** "IP:PORT" as Ceph and the HA configuration write it. */
export function isMonitorAddress(text: string): boolean {
  const [ip, port, ...rest] = text.split(":");
  if (ip === undefined || port === undefined || rest.length > 0) return false;
  return parseIpv4(ip) !== null && /^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535;
}

export const osdCount = (storage: Bootstrap): number =>
  Object.values(storage.disks).reduce((sum, disks) => sum + disks.length, 0);

const hostsWithOsds = (storage: Pick<Bootstrap, "disks">): number =>
  Object.values(storage.disks).filter((disks) => disks.length > 0).length;

/** Whether a majority outlives any two hosts: then four copies keep min_size 2 and the data goes on as well. */
export const canLoseTwo = (storage: Pick<Bootstrap, "disks" | "failureDomain">): boolean =>
  storage.failureDomain === "host" && hostsWithOsds(storage) >= hostsThatMayLoseTwo;

/** Bytes the pool can take before Ceph warns. Null for a Ceph that is not ours to count. */
export function usablePoolBytes(draft: Pick<DeploymentDraft, "nodes" | "storage">): number | null {
  const { storage } = draft;
  if (storage?.mode !== "bootstrap") return null;
  const perHost = draft.nodes.map(({ facts }) =>
    (facts?.disks ?? [])
      .filter((disk) => (storage.disks[facts?.hostName ?? ""] ?? []).includes(disk.path))
      .reduce((sum, disk) => sum + disk.sizeBytes, 0),
  );
  const total = perHost.reduce((sum, bytes) => sum + bytes, 0);
  if (storage.failureDomain === "osd") return Math.floor((total / storage.replicas) * usableShare);
  return Math.floor(spreadOverHosts(perHost, storage.replicas) * usableShare);
}

/** Each copy lies on another host: a host larger than the others together cannot be filled. */
function spreadOverHosts(perHost: readonly number[], replicas: number): number {
  const sorted = [...perHost].sort((a, b) => b - a);
  let best = Number.POSITIVE_INFINITY;
  for (let skipped = 0; skipped < replicas; skipped += 1) {
    const rest = sorted.slice(skipped).reduce((sum, bytes) => sum + bytes, 0);
    best = Math.min(best, rest / (replicas - skipped));
  }
  return best;
}
