"use client";

import { useState } from "react";
import { cn } from "@/components/ui/cn";
import { useJudgedNow } from "@/components/ui/use-now";

export interface AgeProps {
  /** ISO 8601 UTC of the reading. */
  at: string;
  /** "12 s ago" from whole seconds. */
  format: (seconds: number) => string;
  /** The smallest age with the same text: what is told in minutes is not put into words each second. */
  step?: ((seconds: number) => number) | undefined;
  /** Shown on hover and before the browser knows the time, for example "2026-11-22 14:02:07". */
  absolute: (at: string) => string;
  /** Given `at`: the time of the newest reading that says the same. What is drawn need not be drawn anew for it. */
  confirmedAt?: ((at: string) => string) | undefined;
  /** Older than this is stale: grey, dashed underline, and said so. */
  staleAfterSeconds?: number | undefined;
  /** Whose clock made `at`, minus this browser's: browsers' clocks are often minutes off. */
  clockOffsetMs?: number | undefined;
  /** Read after a stale age, for example "(stale)". */
  staleLabel?: string | undefined;
  className?: string | undefined;
}

/** Whole seconds since `at`; a clock slightly behind never makes a negative age. Null when `at` is no date. */
export function ageSeconds(at: string, nowMs: number): number | null {
  const ms = Date.parse(at);
  return Number.isNaN(ms) ? null : Math.max(0, Math.floor((nowMs - ms) / 1000));
}

const itself = (at: string): string => at;

export function Age({
  at,
  format,
  step = (seconds) => seconds,
  absolute,
  confirmedAt = itself,
  staleAfterSeconds,
  staleLabel,
  clockOffsetMs = 0,
  className,
}: AgeProps) {
  const [pointedAt, setPointedAt] = useState(at);
  const seconds = useJudgedNow((now) => {
    const age = now === null ? null : ageSeconds(confirmedAt(at), now + clockOffsetMs);
    return age === null ? null : step(age);
  });
  const stale = useJudgedNow((now) => {
    if (staleAfterSeconds === undefined || now === null) return false;
    return (ageSeconds(confirmedAt(at), now + clockOffsetMs) ?? 0) > staleAfterSeconds;
  });
  const toldAt = pointedAt > at ? pointedAt : at;
  const text = seconds === null ? absolute(at) : format(seconds);
  return (
    <time
      dateTime={toldAt}
      title={absolute(toldAt)}
      // Nobody reads it before: it is not written with every confirmation.
      onPointerEnter={confirmedAt === itself ? undefined : () => setPointedAt(confirmedAt(at))}
      className={cn(
        "text-xs whitespace-nowrap text-muted",
        stale && "text-unknown underline decoration-dashed underline-offset-2",
        className,
      )}
    >
      {text}
      {stale && staleLabel && <span className="ml-1">{staleLabel}</span>}
    </time>
  );
}
