import type { ReactNode } from "react";
import { cn } from "@/components/ui/cn";

export type MarkState = "done" | "failed" | "needs-you" | "running" | "pending" | "unknown" | "not-needed";

export const markInks: Record<MarkState, string> = {
  done: "text-good-mark",
  failed: "text-failed-mark",
  "needs-you": "text-needs-mark",
  running: "text-accent",
  pending: "text-line-strong",
  unknown: "text-unknown-mark",
  "not-needed": "text-line-strong",
};

const words: Record<MarkState, string> = {
  done: "text-good",
  failed: "text-failed",
  "needs-you": "text-needs",
  running: "text-accent",
  pending: "text-muted",
  unknown: "text-unknown",
  "not-needed": "text-muted",
};

/** One outline per state, so that each is told apart without colour: disc, octagon, triangle, turning ring, ring, dashed ring, bar. */
export const markShapes: Record<MarkState, ReactNode> = {
  done: (
    <>
      <circle cx="8" cy="8" r="7" fill="currentColor" />
      <path d="m4.8 8.3 2.2 2.2 4.2-4.6" fill="none" stroke="var(--panel)" strokeWidth="1.8" />
    </>
  ),
  failed: (
    <>
      <path d="M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1z" fill="currentColor" />
      <path d="m5.6 5.6 4.8 4.8m0-4.8-4.8 4.8" fill="none" stroke="var(--panel)" strokeWidth="1.8" />
    </>
  ),
  "needs-you": (
    <>
      <path d="M8 1.2 15.4 14.4H.6z" fill="currentColor" strokeLinejoin="round" />
      <path d="M8 5.8v4M8 11.6v1.2" fill="none" stroke="var(--panel)" strokeWidth="1.7" />
    </>
  ),
  running: (
    <>
      <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeWidth="2" opacity="0.28" />
      <path
        d="M8 2a6 6 0 0 1 6 6"
        fill="none"
        stroke="currentColor"
        strokeWidth="2.4"
        strokeLinecap="round"
        className="origin-center animate-turn"
      />
      <circle cx="8" cy="8" r="2" fill="currentColor" />
    </>
  ),
  pending: <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeWidth="1.6" />,
  unknown: (
    <>
      <circle cx="8" cy="8" r="6.4" fill="none" stroke="currentColor" strokeWidth="1.5" strokeDasharray="2.2 1.9" />
      <path
        d="M6.1 6.4a2 2 0 1 1 2.7 1.9c-.6.3-.8.6-.8 1.2M8 11v1.2"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
      />
    </>
  ),
  "not-needed": <path d="M3 8h10" fill="none" stroke="currentColor" strokeWidth="2.2" strokeLinecap="round" />,
};

export interface StateMarkProps {
  state: MarkState;
  /** The word. Required: shape and colour never stand alone. */
  label: string;
  /** Read but not shown, where the word stands elsewhere in the row. */
  labelHidden?: boolean;
  size?: "sm" | "md" | "lg";
  className?: string | undefined;
}

const sizes = { sm: "size-3.5", md: "size-4", lg: "size-5" } as const;
/** The mark stands beside the first line, however tall, and takes no part in the baseline: rows of a table stay level. */
const besideText = { sm: "w-3.5", md: "w-4", lg: "w-5" } as const;
const indents = { sm: "pl-5", md: "pl-5.5", lg: "pl-7" } as const;

export function StateMark({ state, label, labelHidden = false, size = "sm", className }: StateMarkProps) {
  const mark = (shape: string) => (
    <svg aria-hidden viewBox="0 0 16 16" className={cn(shape, markInks[state])}>
      {markShapes[state]}
    </svg>
  );
  if (labelHidden)
    return (
      <span className={cn("inline-flex shrink-0 items-center", className)}>
        {mark(sizes[size])}
        <span className="sr-only">{label}</span>
      </span>
    );
  return (
    <span className={cn("relative inline-block font-medium", indents[size], words[state], className)}>
      {mark(cn("absolute top-0 left-0 h-[1lh]", besideText[size]))}
      {label}
    </span>
  );
}
