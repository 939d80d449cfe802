"use client";

import { useMemo } from "react";
import { useJudgedNow } from "@/components/ui/use-now";
import { writtenAllTheWhile } from "@/components/cluster/written-all-the-while";
import { type ClusterStatus, withStaleAsUnknown } from "@/contract/cluster-status";
import { keeping } from "@/lib/change";

/**
 * Judged again each second, by `newest` where more confirmations have come than are shown. The same object while nothing turns unknown: a page
 * where nothing happens is not drawn.
 */
export function useBelievedStatus<T extends ClusterStatus | null>(
  status: T,
  clockOffsetMs: number,
  newest?: () => ClusterStatus | null,
): T | ClusterStatus {
  return useJudgedNow(useMemo(() => oncePerSecond(status, clockOffsetMs, newest), [status, clockOffsetMs, newest]));
}

/** Asked twice about one moment it gives the same object twice, as React wants it. */
function oncePerSecond<T extends ClusterStatus | null>(
  status: T,
  clockOffsetMs: number,
  newest: (() => ClusterStatus | null) | undefined,
) {
  let judged: { now: number | null; believed: T | ClusterStatus } = { now: null, believed: status };
  const believe = (nowMs: number): T | ClusterStatus => {
    const known = newest?.() ?? status;
    if (known === null) return status;
    const fresh = withStaleAsUnknown(known, nowMs + clockOffsetMs);
    return fresh === known ? status : keeping<T | ClusterStatus>(judged.believed, fresh, writtenAllTheWhile);
  };
  return (now: number | null): T | ClusterStatus => {
    if (now === null) return status;
    if (judged.now !== now) judged = { now, believed: believe(now) };
    return judged.believed;
  };
}
