import type { FenceRecord, IntentRecord, NodeRecord, OperationRecord, OwnerRecord } from "@/contract/consul-keys";
import type { HaStatus } from "@/contract/ha-status";
import type { NodeLinks } from "@/contract/node-links";
import type { Observed } from "@/contract/observed";
import type { RunLock } from "@/contract/run-lock";
import { isSaying, say, type Sentence } from "@/contract/sentence";

/**
 * What the browser knows of one cluster: every value with the time it was last confirmed. The panel adds nothing it did not read;
 * what the readings mean together is said by pure functions (cluster-headline.ts, power-off-light.ts) that browser and server share.
 * Types and no schemas: nothing parses it, and a validator would be a fifth of the dashboard's script.
 */
export interface NodeLink {
  reachable: boolean;
  /** Why not, one sentence; null when reachable. */
  because: Sentence | null;
  roundTripMs: number | null;
}

export const memberStates = ["alive", "failed", "left", "leaving", "absent"] as const;
export type MemberState = (typeof memberStates)[number];

export interface NodeStatus {
  name: string;
  address: string;
  /** SSH from the panel. */
  link: Observed<NodeLink>;
  /** Consul's opinion of the node's server. */
  member: Observed<MemberState>;
  /** When the panel saw `member` become what it is; null when it was so at the panel's first look. */
  memberSince: string | null;
  /** Time of the newest record the node's zshad wrote, also when its session has ended since: its last sign of life. */
  lastSignAt: string | null;
  /** What zshad on the node says; null when its record is gone, that is: its zshad is gone. */
  suite: Observed<NodeRecord | null>;
  /** NICs, bonds and bridges as the node's kernel has them now. */
  links: Observed<NodeLinks>;
}

export interface ConfigVersion {
  version: number;
  modifyIndex: number;
}

/** A node, or the whole cluster, that a run of this panel switched off and none has brought up since. */
export interface TakenDown {
  subject: string;
  runId: string;
  actor: string;
  at: string;
}

export interface ClusterStatus {
  clusterId: string;
  name: string;
  /** Grows with every change in one panel process; a new process starts again, so compare only within one stream. */
  revision: number;
  /** Panel's clock when this was sent; ages are counted from it, never from the browser's clock. */
  at: string;
  nodes: NodeStatus[];
  leader: Observed<string | null>;
  owner: Observed<OwnerRecord | null>;
  intent: Observed<IntentRecord | null>;
  operation: Observed<OperationRecord | null>;
  runLock: Observed<RunLock | null>;
  fences: Observed<FenceRecord[]>;
  config: Observed<ConfigVersion | null>;
  /** `zsha status --json` of some living node. */
  ha: Observed<HaStatus>;
  /** Two or more nodes vanished at once: look at the panel's own network before believing anything. */
  panelNetworkSuspect: boolean;
  /** From the panel's own journal. Absent: not looked up. */
  takenDown?: TakenDown[] | undefined;
}

/**
 * How often each reading is confirmed while all is well. Three missed confirmations make it unknown: one can be a busy node,
 * two an election; a third leaves no innocent explanation.
 */
export const refreshSeconds = { link: 5, links: 5, consul: 10, ha: 10 } as const;
export const missedRefreshesUntilUnknown = 3;

export const staleAfterMs = (source: keyof typeof refreshSeconds): number =>
  refreshSeconds[source] * missedRefreshesUntilUnknown * 1000;

/** What differs with every reading of a status though nothing has changed. */
export const confirmations: ReadonlySet<string> = new Set(["at", "revision", "roundTripMs", "lastSignAt"]);

/** A known value that was not confirmed for three refreshes is unknown, with the time it was last seen. */
export function freshOrUnknown<T>(value: Observed<T>, source: keyof typeof refreshSeconds, nowMs: number): Observed<T> {
  if (value.state === "unknown") return value;
  const ageMs = nowMs - Date.parse(value.at);
  if (ageMs <= staleAfterMs(source)) return value;
  return { state: "unknown", at: value.at, reason: say("grown-old", { seconds: Math.round(ageMs / 1000) }) };
}

/** Unknown only because nobody confirmed it: `at` is then the time of the last good reading, not of a failed try. */
export const isGrownOld = (reason: Sentence): boolean => isSaying(reason, "grown-old");

/** The same status with everything too old turned into unknown; itself when nothing is. */
export function withStaleAsUnknown(status: ClusterStatus, nowMs: number): ClusterStatus {
  const fresh = turned(status, nowMs);
  const isSame =
    sameFields(fresh, status, ["leader", "owner", "intent", "operation", "runLock", "fences", "config", "ha"]) &&
    fresh.nodes.every((node, at) => {
      const before = status.nodes[at];
      return before !== undefined && sameFields(node, before, ["link", "member", "suite", "links"]);
    });
  return isSame ? status : fresh;
}

const sameFields = <T>(one: T, other: T, fields: readonly (keyof T)[]): boolean =>
  fields.every((field) => one[field] === other[field]);

function turned(status: ClusterStatus, nowMs: number): ClusterStatus {
  const fromConsul = <T>(value: Observed<T>) => freshOrUnknown(value, "consul", nowMs);
  return {
    ...status,
    nodes: status.nodes.map((node) => ({
      ...node,
      link: freshOrUnknown(node.link, "link", nowMs),
      member: fromConsul(node.member),
      suite: fromConsul(node.suite),
      links: freshOrUnknown(node.links, "links", nowMs),
    })),
    leader: fromConsul(status.leader),
    owner: fromConsul(status.owner),
    intent: fromConsul(status.intent),
    operation: fromConsul(status.operation),
    runLock: fromConsul(status.runLock),
    fences: fromConsul(status.fences),
    config: fromConsul(status.config),
    ha: freshOrUnknown(status.ha, "ha", nowMs),
  };
}

/** One line of the list of clusters, and what `cluster.get` adds to it. */
export interface ClusterSummary {
  id: string;
  name: string;
  createdAt: string;
  nodes: { name: string; address: string; port: number; user: string }[];
}
