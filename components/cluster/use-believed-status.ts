"use client";

import { useMemo } from "react";
import { useJudgedNow } from "@/components/ui/use-now";
import { type ClusterStatus, withStaleAsUnknown } from "@/contract/cluster-status";

/** Judged again each second. The same object while nothing turns unknown: a page where nothing happens is not drawn. */
export function useBelievedStatus<T extends ClusterStatus | null>(status: T, clockOffsetMs: number): T | ClusterStatus {
  return useJudgedNow(useMemo(() => oncePerSecond(status, clockOffsetMs), [status, clockOffsetMs]));
}

/** Asked twice about one moment it gives the same object twice, as React wants it. */
function oncePerSecond<T extends ClusterStatus | null>(status: T, clockOffsetMs: number) {
  let judged: { now: number | null; believed: T | ClusterStatus } | undefined;
  return (now: number | null): T | ClusterStatus => {
    if (judged?.now !== now || judged === undefined) {
      const believed = status === null || now === null ? status : withStaleAsUnknown(status, now + clockOffsetMs);
      judged = { now, believed };
    }
    return judged.believed;
  };
}
