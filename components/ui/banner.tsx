import type { ReactNode } from "react";
import { cn } from "@/components/ui/cn";
import { type MarkState, StateMark } from "@/components/ui/state-mark";

export type BannerTone = "failed" | "needs-you" | "good" | "unknown" | "note";

const tones: Record<BannerTone, { box: string; mark: MarkState | null }> = {
  failed: { box: "border-failed-line bg-failed-soft", mark: "failed" },
  "needs-you": { box: "border-needs-line bg-needs-soft", mark: "needs-you" },
  good: { box: "border-good-line bg-good-soft", mark: "done" },
  unknown: { box: "border-dashed border-unknown-line bg-unknown-soft", mark: "unknown" },
  note: { box: "border-line bg-panel", mark: null },
};

export interface BannerProps {
  /** For what it explains to name it. */
  id?: string;
  tone: BannerTone;
  /** Word of the state for screen readers, for example "Needs you". Not needed for a note. */
  stateLabel?: string;
  title: ReactNode;
  /** What it means and what to do. */
  children?: ReactNode;
  /** Age, who set it. */
  aside?: ReactNode;
  actions?: ReactNode;
  /** Announced at once: only for what appears while somebody watches. */
  alert?: boolean;
  className?: string | undefined;
}

export function Banner({
  id,
  tone,
  stateLabel,
  title,
  children,
  aside,
  actions,
  alert = false,
  className,
}: BannerProps) {
  const { box, mark } = tones[tone];
  return (
    <div
      id={id}
      role={alert ? "alert" : undefined}
      className={cn("flex flex-wrap items-start gap-x-3 gap-y-2 rounded-md border px-3.5 py-2.5", box, className)}
    >
      {mark !== null && <StateMark state={mark} label={stateLabel ?? ""} labelHidden size="md" className="mt-0.5" />}
      <div className="min-w-48 flex-1">
        <p className="font-semibold">{title}</p>
        {children && <div className="text-muted">{children}</div>}
      </div>
      {aside && <div className="text-xs text-muted">{aside}</div>}
      {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
    </div>
  );
}
