import { z } from "zod";
import {
  fenceRecordSchema,
  intentRecordSchema,
  nodeRecordSchema,
  operationRecordSchema,
  ownerRecordSchema,
} from "@/contract/consul-keys";
import { haStatusSchema } from "@/contract/ha-status";
import { nodeLinksSchema } from "@/contract/node-links";
import { type Observed, observedSchema } from "@/contract/observed";
import { runLockSchema } from "@/contract/run-lock";
import { isSaying, say, type Sentence, sentenceSchema } from "@/contract/sentence";

/**
 * What the browser knows of one cluster: every value with the time it was last confirmed. The panel adds nothing it did not read;
 * what the readings mean together is said by pure functions (cluster-headline.ts, power-off-light.ts) that browser and server share.
 */
export const nodeLinkSchema = z.object({
  reachable: z.boolean(),
  /** Why not, one sentence; null when reachable. */
  because: sentenceSchema.nullable(),
  roundTripMs: z.number().nullable(),
});
export type NodeLink = z.infer<typeof nodeLinkSchema>;

export const memberStateSchema = z.enum(["alive", "failed", "left", "leaving", "absent"]);
export type MemberState = z.infer<typeof memberStateSchema>;

export const nodeStatusSchema = z.object({
  name: z.string(),
  address: z.string(),
  /** SSH from the panel. */
  link: observedSchema(nodeLinkSchema),
  /** Consul's opinion of the node's server. */
  member: observedSchema(memberStateSchema),
  /** When the panel saw `member` become what it is; null when it was so at the panel's first look. */
  memberSince: z.string().nullable(),
  /** Time of the newest record the node's zshad wrote, also when its session has ended since: its last sign of life. */
  lastSignAt: z.string().nullable(),
  /** What zshad on the node says; null when its record is gone, that is: its zshad is gone. */
  suite: observedSchema(nodeRecordSchema.nullable()),
  /** NICs, bonds and bridges as the node's kernel has them now. */
  links: observedSchema(nodeLinksSchema),
});
export type NodeStatus = z.infer<typeof nodeStatusSchema>;

export const configVersionSchema = z.object({ version: z.number(), modifyIndex: z.number() });

/** A node, or the whole cluster, that a run of this panel switched off and none has brought up since. */
export const takenDownSchema = z.object({
  subject: z.string(),
  runId: z.string(),
  actor: z.string(),
  at: z.string(),
});
export type TakenDown = z.infer<typeof takenDownSchema>;

export const clusterStatusSchema = z.object({
  clusterId: z.string(),
  name: z.string(),
  /** Grows with every change in one panel process; a new process starts again, so compare only within one stream. */
  revision: z.number().int(),
  /** Panel's clock when this was sent; ages are counted from it, never from the browser's clock. */
  at: z.string(),
  nodes: z.array(nodeStatusSchema),
  leader: observedSchema(z.string().nullable()),
  owner: observedSchema(ownerRecordSchema.nullable()),
  intent: observedSchema(intentRecordSchema.nullable()),
  operation: observedSchema(operationRecordSchema.nullable()),
  runLock: observedSchema(runLockSchema.nullable()),
  fences: observedSchema(z.array(fenceRecordSchema)),
  config: observedSchema(configVersionSchema.nullable()),
  /** `zsha status --json` of some living node. */
  ha: observedSchema(haStatusSchema),
  /** Two or more nodes vanished at once: look at the panel's own network before believing anything. */
  panelNetworkSuspect: z.boolean(),
  /** From the panel's own journal. Absent: not looked up. */
  takenDown: z.array(takenDownSchema).optional(),
});
export type ClusterStatus = z.infer<typeof clusterStatusSchema>;

/**
 * How often each reading is confirmed while all is well. Three missed confirmations make it unknown: one can be a busy node,
 * two an election; a third leaves no innocent explanation.
 */
export const refreshSeconds = { link: 5, links: 5, consul: 10, ha: 10 } as const;
export const missedRefreshesUntilUnknown = 3;

export const staleAfterMs = (source: keyof typeof refreshSeconds): number =>
  refreshSeconds[source] * missedRefreshesUntilUnknown * 1000;

/** A known value that was not confirmed for three refreshes is unknown, with the time it was last seen. */
export function freshOrUnknown<T>(value: Observed<T>, source: keyof typeof refreshSeconds, nowMs: number): Observed<T> {
  if (value.state === "unknown") return value;
  const ageMs = nowMs - Date.parse(value.at);
  if (ageMs <= staleAfterMs(source)) return value;
  return { state: "unknown", at: value.at, reason: say("grown-old", { seconds: Math.round(ageMs / 1000) }) };
}

/** Unknown only because nobody confirmed it: `at` is then the time of the last good reading, not of a failed try. */
export const isGrownOld = (reason: Sentence): boolean => isSaying(reason, "grown-old");

/** The same status with everything too old turned into unknown. */
export function withStaleAsUnknown(status: ClusterStatus, nowMs: number): ClusterStatus {
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
export const clusterSummarySchema = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: z.string(),
  nodes: z.array(z.object({ name: z.string(), address: z.string(), port: z.number(), user: z.string() })),
});
export type ClusterSummary = z.infer<typeof clusterSummarySchema>;
