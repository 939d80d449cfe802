import type { inferRouterOutputs } from "@trpc/server";
import type { BannerTone } from "@/components/ui/banner";
import type { MarkState } from "@/components/ui/state-mark";
import type { NodeFault } from "@/contract/node-fault";
import type { SituationCode } from "@/contract/recovery";
import type { RecoveryStep } from "@/contract/recovery-steps";
import type { AppRouter } from "@/server/router";

export type RecoverySight = inferRouterOutputs<AppRouter>["recovery"]["sight"];

/** A situation that is added to the contract does not compile until it has its tone. */
export const situationBanners: Record<SituationCode, BannerTone> = {
  "not-read": "unknown",
  "panel-network": "unknown",
  "shut-down": "note",
  "all-silent": "unknown",
  "several-down": "failed",
  "power-lost": "needs-you",
  "network-lost": "needs-you",
  silent: "needs-you",
  "coming-back": "needs-you",
  "in-maintenance": "note",
  whole: "good",
};

export const faultMarks: Record<NodeFault, MarkState> = {
  well: "done",
  "coming-back": "running",
  "in-maintenance": "not-needed",
  "power-off": "failed",
  silent: "failed",
  "silent-powered": "failed",
  "management-network": "failed",
  "storage-network": "failed",
  unknown: "unknown",
};

export const stepMarks: Record<RecoveryStep["state"], MarkState> = {
  done: "done",
  open: "needs-you",
  unknown: "unknown",
};
