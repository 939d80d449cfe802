import type { z } from "zod";
import type { ClusterStatus, MemberState, NodeLink, NodeStatus, TakenDown } from "@/contract/cluster-status";
import {
  consulKeys,
  fenceRecordSchema,
  intentRecordSchema,
  nodeRecordSchema,
  operationRecordSchema,
  ownerRecordSchema,
} from "@/contract/consul-keys";
import type { HaStatus } from "@/contract/ha-status";
import type { NodeLinks } from "@/contract/node-links";
import { known, type Observed, unknown } from "@/contract/observed";
import { runLockSchema } from "@/contract/run-lock";
import { say } from "@/contract/sentence";
import type { ConsulEntry, MembersView } from "@/server/ports/consul-store";

/** The newest answer of each source, as it came. `at` moves with every confirmation, also when nothing changed. */
export interface Readings {
  entries: Observed<readonly ConsulEntry[]>;
  members: Observed<MembersView>;
  ha: Observed<HaStatus>;
  links: Readonly<Record<string, Observed<NodeLink>>>;
  /** Node → its NICs, bonds and bridges. */
  nodeLinks: Readonly<Record<string, Observed<NodeLinks>>>;
  /** Node → the state Consul last gave it and when that was seen to change; null: it was so at the first look. */
  memberChanges: Readonly<Record<string, { state: MemberState; since: string | null }>>;
  panelNetworkSuspect: boolean;
  takenDown: readonly TakenDown[];
}

export const noReadings = (at: string): Readings => ({
  entries: unknown(say("not-read-yet"), at),
  members: unknown(say("not-read-yet"), at),
  ha: unknown(say("not-read-yet"), at),
  links: {},
  nodeLinks: {},
  memberChanges: {},
  panelNetworkSuspect: false,
  takenDown: [],
});

export interface WatchedCluster {
  id: string;
  name: string;
  nodes: readonly { name: string; address: string; storageIp: string | null }[];
}

/** Pure: all readings as one status. A value that cannot be understood is unknown, with the key that says so. */
export function assembleStatus(
  cluster: WatchedCluster,
  readings: Readings,
  revision: number,
  at: string,
): ClusterStatus {
  const { entries, members } = readings;
  const record = <T>(key: string, schema: z.ZodType<T>): Observed<T | null> => {
    if (entries.state === "unknown") return entries;
    const entry = entries.value.find((one) => one.key === key);
    if (entry === undefined || entry.value === "") return known(null, entries.at);
    return parsed(entry, schema, entries.at);
  };
  return {
    clusterId: cluster.id,
    name: cluster.name,
    revision,
    at,
    nodes: cluster.nodes.map((node) => nodeStatus(node, readings, at)),
    leader: members.state === "known" ? known(members.value.leader, members.at) : members,
    owner: heldOnly(record(consulKeys.owner, ownerRecordSchema), entries, consulKeys.owner),
    intent: record(consulKeys.intent, intentRecordSchema),
    operation: record(consulKeys.operation, operationRecordSchema),
    runLock: heldOnly(record(consulKeys.run, runLockSchema), entries, consulKeys.run),
    fences: fences(entries),
    config: configVersion(entries),
    ha: readings.ha,
    panelNetworkSuspect: readings.panelNetworkSuspect,
    takenDown: [...readings.takenDown],
  };
}

function nodeStatus(node: WatchedCluster["nodes"][number], readings: Readings, at: string): NodeStatus {
  const { entries, members } = readings;
  const suite = (): NodeStatus["suite"] => {
    if (entries.state === "unknown") return entries;
    const entry = entries.value.find(({ key }) => key === `${consulKeys.nodePrefix}${node.name}`);
    // The record is held by a session of that node's zshad: without the session it is what a dead one left behind.
    if (entry === undefined || entry.session === null) return known(null, entries.at);
    return parsed(entry, nodeRecordSchema, entries.at);
  };
  const lastSign = (): string | null => {
    if (entries.state === "unknown") return null;
    const entry = entries.value.find(({ key }) => key === `${consulKeys.nodePrefix}${node.name}`);
    const record = entry === undefined ? null : parsed(entry, nodeRecordSchema, entries.at);
    return record?.state === "known" ? record.value.at : null;
  };
  return {
    name: node.name,
    address: node.address,
    link: readings.links[node.name] ?? unknown(say("not-read-yet"), at),
    member: members.state === "known" ? known(memberState(node, members.value), members.at) : members,
    memberSince: readings.memberChanges[node.name]?.since ?? null,
    lastSignAt: lastSign(),
    suite: suite(),
    links: readings.nodeLinks[node.name] ?? unknown(say("not-read-yet"), at),
  };
}

/** Folds Consul's newest opinion of each node into when it last changed. */
export function noteMemberChanges(
  before: Readings["memberChanges"],
  cluster: WatchedCluster,
  view: MembersView,
  at: string,
): Readings["memberChanges"] {
  const noted = cluster.nodes.map((node) => {
    const state = memberState(node, view);
    const known = before[node.name];
    if (known?.state === state) return [node.name, known] as const;
    return [node.name, { state, since: known === undefined ? null : at }] as const;
  });
  return Object.fromEntries(noted);
}

/** Nodes Consul says are not there. Null: Consul was not heard. */
export function failedNodes(cluster: WatchedCluster, members: Readings["members"]): ReadonlySet<string> | null {
  if (members.state === "unknown") return null;
  const failed = cluster.nodes.filter((node) => memberState(node, members.value) !== "alive");
  return new Set(failed.map(({ name }) => name));
}

/** The suite names Consul's members by their storage address, other installations by the host's name. */
function memberState(node: WatchedCluster["nodes"][number], { members }: MembersView): MemberState {
  const addresses = [node.storageIp, node.address];
  const found =
    members.find(({ name }) => name === node.name) ?? members.find(({ address }) => addresses.includes(address));
  const states: readonly MemberState[] = ["alive", "failed", "left", "leaving"];
  return states.find((state) => state === found?.status) ?? "absent";
}

/** A lock's value stays behind when its session ends; only a held one says who holds it. */
function heldOnly<T>(record: Observed<T | null>, entries: Readings["entries"], key: string): Observed<T | null> {
  if (record.state === "unknown" || entries.state === "unknown") return record;
  const entry = entries.value.find((one) => one.key === key);
  return entry?.session == null ? known(null, record.at) : record;
}

function fences(entries: Readings["entries"]): ClusterStatus["fences"] {
  if (entries.state === "unknown") return entries;
  const records = [];
  for (const entry of entries.value.filter(({ key }) => key.startsWith(consulKeys.fencePrefix))) {
    const record = parsed(entry, fenceRecordSchema, entries.at);
    if (record.state === "unknown") return record;
    records.push(record.value);
  }
  return known(records, entries.at);
}

function configVersion(entries: Readings["entries"]): ClusterStatus["config"] {
  if (entries.state === "unknown") return entries;
  const entry = entries.value.find(({ key }) => key === consulKeys.config);
  if (entry === undefined) return known(null, entries.at);
  return known({ version: entry.modifyIndex, modifyIndex: entry.modifyIndex }, entries.at);
}

function parsed<T>(entry: ConsulEntry, schema: z.ZodType<T>, at: string): Observed<T> {
  const result = schema.safeParse(readJson(entry.value));
  if (result.success) return known(result.data, at);
  return unknown(say("not-understood", { key: entry.key, complaint: result.error.issues[0]?.message ?? "" }), at);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * What the entries say, whenever they were written: every node writes its record anew each ten seconds, and that alone is no reason to ask
 * the nodes for anything.
 */
export const withoutSignsOfLife = (entries: readonly ConsulEntry[]): string =>
  JSON.stringify(
    entries.map(({ key, value, session }) => [
      key,
      session,
      key.startsWith(consulKeys.nodePrefix) ? value.replace(signOfLife, "") : value,
    ]),
  );
const signOfLife = /"at":"[^"]*"/;
