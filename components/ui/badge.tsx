import type { ReactNode } from "react";
import { cn } from "@/components/ui/cn";

export type Tone = "neutral" | "accent" | "failed" | "needs-you" | "good" | "unknown";

const tones: Record<Tone, string> = {
  neutral: "border-line bg-sunken text-muted",
  accent: "border-transparent bg-accent-soft text-accent",
  failed: "border-failed-line bg-failed-soft text-failed",
  "needs-you": "border-needs-line bg-needs-soft text-needs",
  good: "border-good-line bg-good-soft text-good",
  unknown: "border-dashed border-unknown-line bg-unknown-soft text-unknown",
};

/** A word in a box. It always carries the word: the tone only repeats it. */
export function Badge({
  tone = "neutral",
  className,
  children,
}: {
  tone?: Tone;
  className?: string;
  children: ReactNode;
}) {
  return (
    <span
      className={cn(
        "inline-flex items-center gap-1 rounded-sm border px-1.5 text-xs leading-4.5 font-medium whitespace-nowrap",
        tones[tone],
        className,
      )}
    >
      {children}
    </span>
  );
}
