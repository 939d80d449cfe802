import type { BannerTone } from "@/components/ui/banner";
import type { MarkState } from "@/components/ui/state-mark";
import type { HeadlineTone } from "@/contract/cluster-headline";
import type { MemberState, NodeStatus } from "@/contract/cluster-status";
import type { CephStatus, HaService, ManagementVmStatus } from "@/contract/ha-status";
import type { PowerOffLight } from "@/contract/power-off-light";

/** One table per vocabulary: a state that is added to a contract does not compile until it has its mark. */
export const headlineMarks: Record<HeadlineTone, MarkState> = {
  good: "done",
  attention: "needs-you",
  failed: "failed",
  unknown: "unknown",
};

export const headlineBanners: Record<HeadlineTone, BannerTone> = {
  good: "good",
  attention: "needs-you",
  failed: "failed",
  unknown: "unknown",
};

export const powerOffMarks: Record<PowerOffLight["light"], MarkState> = {
  safe: "done",
  unsafe: "failed",
  unknown: "unknown",
};

export const vmMarks: Record<ManagementVmStatus["state"], MarkState> = {
  running: "done",
  paused: "failed",
  starting: "running",
  stopping: "running",
  migrating: "running",
  stopped: "not-needed",
  unknown: "unknown",
};

export const healthMarks: Record<CephStatus["health"], MarkState> = {
  HEALTH_OK: "done",
  HEALTH_WARN: "needs-you",
  HEALTH_ERR: "failed",
};

export const serviceMarks: Record<HaService["state"], MarkState> = {
  running: "done",
  stopped: "failed",
  unknown: "unknown",
};

export const checkMarks: Record<"ok" | "failed" | "unknown", MarkState> = {
  ok: "done",
  failed: "failed",
  unknown: "unknown",
};

const memberMarks: Record<MemberState, MarkState> = {
  alive: "done",
  failed: "failed",
  left: "needs-you",
  leaving: "needs-you",
  absent: "failed",
};

/** What a node is called in one word: Consul's opinion first, the panel's own connection when Consul says nothing. */
export type NodeWord = MemberState | "unreachable" | "unknown";

export function nodeWord(node: NodeStatus): NodeWord {
  if (node.member.state === "known") return node.member.value;
  if (node.link.state === "known" && !node.link.value.reachable) return "unreachable";
  return "unknown";
}

export function nodeMark(word: NodeWord): MarkState {
  if (word === "unknown") return "unknown";
  return word === "unreachable" ? "needs-you" : memberMarks[word];
}
