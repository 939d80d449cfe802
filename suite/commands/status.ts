import { z } from "zod";
import { type HistoryRecord, historyRecordSchema, consulKeys } from "@/contract/consul-keys";
import { type HaConfig, haConfigSchema, managementVmImageName, perNodeValue } from "@/contract/ha-config";
import type { CephStatus, HaStatus, ImageStatus, ManagementVmStatus } from "@/contract/ha-status";
import { cephUserName } from "@/contract/node-setup";
import { known, type Observed, unknown } from "@/contract/observed";
import { say, type Sentence } from "@/contract/sentence";
import { productVersion } from "@/contract/version";
import { formatErrorChain } from "@/lib/error-chain";
import { CephCli } from "@/suite/ceph/ceph-cli";
import type { RunCommand } from "@/suite/ceph/ceph-cli";
import { ReadingCeph } from "@/suite/ceph/reading-ceph";
import { type ClusterAccess, viewOf } from "@/suite/commands/cluster-access";
import { readCephStatus } from "@/suite/commands/ceph-reading";
import { exposedConsul, readConsul } from "@/suite/commands/consul-reading";
import { folderFence, imageFolderOf } from "@/suite/commands/folder-status";
import { leaseOf } from "@/suite/commands/lease-status";
import { profileRecordOf, readProfile } from "@/suite/commands/profile-reading";
import { statusAlarms } from "@/suite/commands/status-alarms";
import type { ReadResult } from "@/suite/consul/consul-client";
import type { ConsulSeen } from "@/suite/core/seen";
import type { startLineProcess } from "@/suite/system/line-process";

/** A person waits for this: whatever has not answered by then is unknown, with the reason. */
const readingTimeoutMs = 4_500;

/** Asks Consul, Ceph and the node records at once. Never throws, never takes longer than about five seconds. */
export async function collectStatus(
  access: ClusterAccess,
  run: RunCommand,
  startProcess: typeof startLineProcess,
  options: { withConfig?: boolean } = {},
): Promise<HaStatus> {
  const at = access.wallClock().toISOString();
  const entriesLater = access.consul.read("zsha/");
  const consulLater = readConsul(access, at, readingTimeoutMs);
  const entries = await entriesLater;
  const view = entries.kind === "unknown" ? null : viewOf(access, entries.entries);
  const config = configOf(access, view?.config?.text ?? null);
  const isCeph = config.Type === "CephConf";
  const user = access.cluster.cephUser ?? "admin";
  const cli = new CephCli(run, user, config.PoolName, managementVmImageName);
  const ceph = isCeph ? new ReadingCeph(cli, cephUserName(user), startProcess, readingTimeoutMs) : null;
  const notCeph = (): Promise<Observed<never>> => Promise.resolve(unknown(say("not-ceph"), at));
  const [consul, cephStatus, image, blocklist, consulListens, profile] = await Promise.all([
    consulLater,
    ceph === null ? notCeph() : readCeph(ceph, at),
    ceph === null ? notCeph() : readImage(cli, ceph, at),
    ceph === null ? Promise.resolve({ ok: true, value: [] as string[] } as const) : ceph.blocklist(),
    exposedConsul(),
    readProfile(access, profileRecordOf(entries), run, at, readingTimeoutMs),
  ]).finally(() => ceph?.close());
  const seen = view?.seen ?? null;
  const history = historyOf(entries);
  const vm = managementVm(access, seen, history);
  const owner = seen?.owner.record ?? null;
  const nodes = access.cluster.nodes.map((node) => node.name);
  const folder = isCeph ? null : imageFolderOf(config, nodes, seen);
  const armed = folder === null ? fenceArmed(owner?.clientAddress ?? null, vm, image) : folderFence(folder, vm);
  const status: Omit<HaStatus, "alarms"> = {
    protocol: 1,
    at,
    reporter: access.cluster.node,
    suiteVersion: productVersion,
    managementVm: vm,
    lastStart: history.find((record) => isStart.has(record.kind) && record.outcome === "succeeded") ?? null,
    services: access.cluster.nodes.map((node) => service(node, seen)),
    consul,
    intent: seen === null ? unknown(reasonOf(entries), at) : known(seen.intent.record, at),
    operation: seen?.operation.record ?? null,
    lease: seen === null ? unknown(reasonOf(entries), at) : known(leaseOf(seen, access.wallClock().getTime()), at),
    fence: armed,
    managementIps: addressesOf(config, true, vm.node),
    publicIps: addressesOf(config, false, vm.node),
    ceph: cephStatus,
    image,
    ...(folder === null ? {} : { imageFolder: folder }),
    hostIo: access.cluster.nodes.map((node) => ({
      node: node.name,
      state: seen?.peers[node.name]?.session ? (seen.peers[node.name]?.record.storageCanary ?? "unknown") : "unknown",
      milliseconds: null,
    })),
    configVersion: view?.config?.version ?? null,
    profile,
    history,
    ...(options.withConfig ? { config } : {}),
  };
  const ours = new Set([owner?.clientAddress]);
  const migrating = vm.state === "migrating" || vm.state === "starting";
  const foreignWatchers =
    image.state === "known" && owner?.clientAddress && !migrating
      ? image.value.watchers.filter((address) => !ours.has(address))
      : [];
  const waiting = (view?.fenced ?? []).filter((address) => blocklist.ok && blocklist.value.includes(address));
  return { ...status, alarms: statusAlarms(status, { foreignWatchers, waitingBlocklist: waiting, consulListens }) };
}

/** Neither a migration nor a restarted zshad starts the VM. */
const isStart: ReadonlySet<HistoryRecord["kind"]> = new Set<HistoryRecord["kind"]>(["start", "failover", "restart"]);

const reasonOf = (read: ReadResult): Sentence => (read.kind === "unknown" ? read.because : say("not-read-yet"));

function configOf(access: ClusterAccess, text: string | null): HaConfig {
  if (text === null) return access.cluster.config;
  try {
    return haConfigSchema.parse(JSON.parse(text));
  } catch {
    return access.cluster.config;
  }
}

function historyOf(read: ReadResult): HistoryRecord[] {
  if (read.kind === "unknown") return [];
  return read.entries
    .filter((entry) => entry.key.startsWith(consulKeys.historyPrefix))
    .flatMap((entry) => {
      try {
        return historyRecordSchema.parse(JSON.parse(entry.value));
      } catch {
        return [];
      }
    })
    .sort((a, b) => (a.at < b.at ? 1 : -1));
}

/** `stopped` only when every node was asked and none runs it, or the operator's stop took every line out. */
function managementVm(
  access: ClusterAccess,
  seen: ConsulSeen | null,
  history: readonly HistoryRecord[],
): ManagementVmStatus {
  const nothing = { node: null, nodeIp: null, epoch: null, since: null, appliedConfigVersion: null };
  if (seen === null) return { state: "unknown", ...nothing };
  const { record: owner, session } = seen.owner;
  const operation = seen.operation.record;
  if (owner !== null && session !== null) {
    const copying =
      operation?.source === owner.node && (operation.phase === "copying" || operation.phase === "handing-over");
    const reported = seen.peers[owner.node]?.record.domain;
    const start = history.find((record) => record.epoch === owner.epoch && record.kind !== "stop");
    const facts = {
      node: owner.node,
      nodeIp: access.cluster.nodes.find((node) => node.name === owner.node)?.ip ?? null,
      epoch: owner.epoch,
      since: start?.at ?? owner.at,
      appliedConfigVersion: owner.configVersion ?? null,
    };
    if (owner.phase === "stopping") return { state: "stopping", ...facts };
    if (owner.phase !== "running") return { state: "starting", ...facts };
    if (copying) return { state: "migrating", ...facts };
    if (reported === "running" || reported === "paused") return { state: reported, ...facts };
    return { state: "unknown", ...facts };
  }
  const stopped = access.cluster.nodes.every((node) => {
    const peer = seen.peers[node.name];
    if (peer === undefined) return seen.intent.record?.want === "stopped" || seen.intent.record === null;
    return peer.session !== null && peer.record.domain === "stopped";
  });
  return { state: stopped ? "stopped" : "unknown", ...nothing };
}

function service(node: { name: string; ip: string }, seen: ConsulSeen | null): HaStatus["services"][number] {
  const base = { node: node.name, ip: node.ip };
  if (seen === null) return { ...base, state: "unknown", suiteVersion: null, eligible: null, ineligibleBecause: [] };
  const peer = seen.peers[node.name];
  if (peer === undefined || peer.session === null) {
    return {
      ...base,
      state: "stopped",
      suiteVersion: peer?.record.suiteVersion ?? null,
      eligible: null,
      ineligibleBecause: [],
    };
  }
  const { suiteVersion, eligible, ineligibleBecause } = peer.record;
  return { ...base, state: "running", suiteVersion, eligible, ineligibleBecause };
}

function fenceArmed(address: string | null, vm: ManagementVmStatus, image: Observed<ImageStatus>): HaStatus["fence"] {
  if (vm.state !== "running" && vm.state !== "paused" && vm.state !== "migrating") {
    return { armed: true, because: say("fence-idle") };
  }
  if (image.state === "known" && !image.value.exclusiveLock) return { armed: false, because: say("image-lock-off") };
  if (address === null) return { armed: false, because: say("fence-address-unknown") };
  return { armed: true, because: say("fence-armed", { address }) };
}

function addressesOf(config: HaConfig, management: boolean, node: string | null): string[] {
  return config.Network.filter((network) => network.IsMgmt === management).map((network) =>
    node === null ? network.Ipaddr : (perNodeValue(network.Ipaddr, node) ?? network.Ipaddr),
  );
}

async function readCeph(ceph: ReadingCeph, at: string): Promise<Observed<CephStatus>> {
  const [status, dump, tree, osds] = await Promise.all([
    ceph.report(["status"], z.unknown()),
    ceph.report(["mon", "dump"], z.unknown()),
    ceph.report(["osd", "tree"], z.unknown()),
    ceph.report(["osd", "dump"], z.unknown()),
  ]);
  if (!status.ok) return unknown(status.because, at);
  const [monDump, osdTree, osdDump] = [dump, tree, osds].map((each) => (each.ok ? each.value : null));
  try {
    return known(readCephStatus(status.value, monDump, osdTree, osdDump), at);
  } catch (error) {
    return unknown(say("ceph-unclear", { error: formatErrorChain(error) }), at);
  }
}

async function readImage(cli: CephCli, ceph: ReadingCeph, at: string): Promise<Observed<ImageStatus>> {
  const [info, watchers] = await Promise.all([cli.imageInfo(readingTimeoutMs), ceph.watchers()]);
  if (!info.ok) return unknown(info.because, at);
  if (!watchers.ok) return unknown(watchers.because, at);
  const { size, features } = info.value;
  const value = {
    pool: cli.pool,
    name: cli.image,
    sizeBytes: size,
    features,
    exclusiveLock: features.includes("exclusive-lock"),
    watchers: watchers.value,
  };
  return known(value, at);
}
