"use client";

import { useQuery } from "@tanstack/react-query";

/** Clocks drift by seconds a day. Shorter asks for nothing; longer leaves a clock set by hand unseen for as long. */
const refreshMs = 10 * 60_000;
/** The header that tells the panel's time counts whole seconds: below this nothing certain is known. */
const certainMs = 2_000;

/** Middle of the second the panel named, against the middle of the question. */
export const offsetFrom = (dateHeader: string | null, askedMs: number, answeredMs: number): number => {
  const panelMs = Date.parse(dateHeader ?? "") + 500;
  const offset = panelMs - (askedMs + answeredMs) / 2;
  return Number.isFinite(offset) && Math.abs(offset) >= certainMs ? offset : 0;
};

/** The panel's clock minus this browser's; 0 while nobody knows and when they agree. */
export function usePanelOffset(): number {
  const clock = useQuery({
    queryKey: ["panel clock"],
    queryFn: async ({ signal }) => {
      const asked = Date.now();
      const answer = await fetch("/api/health", { cache: "no-store", signal });
      return offsetFrom(answer.headers.get("date"), asked, Date.now());
    },
    refetchInterval: refreshMs,
    staleTime: refreshMs,
  });
  return clock.data ?? 0;
}
