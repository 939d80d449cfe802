import type { BannerTone } from "@/components/ui/banner";
import type { MarkState } from "@/components/ui/state-mark";
import type { EventKind, EventSeverity } from "@/contract/event-kinds";

export const severityMarks: Record<EventSeverity, MarkState> = {
  info: "not-needed",
  warning: "needs-you",
  critical: "failed",
};

export const severityBanners: Record<EventSeverity, BannerTone> = {
  info: "note",
  warning: "needs-you",
  critical: "failed",
};

/** Of a line in the timeline: what went well was observed good. */
export const eventMark = (kind: EventKind, severity: EventSeverity): MarkState =>
  kind === "run-succeeded" ? "done" : severityMarks[severity];
