"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "@/components/client/trpc";
import type { GuardFacts } from "@/contract/maintenance-guards";
import { unknown } from "@/contract/observed";
import { say } from "@/contract/sentence";

/** Ceph's answers grow old: longer shows a risk later, shorter costs the nodes more `ceph` calls. */
const refreshMs = 10_000;

/** What Ceph and the nodes say beside the live status. Until it has been read it is unknown, never fine. */
export function useMaintenanceLook(clusterId: string) {
  const look = useQuery(useTRPC().maintenance.look.queryOptions({ clusterId }, { refetchInterval: refreshMs }));
  const beside = (subject: string): Pick<GuardFacts, "activeRun" | "okToStop" | "open"> => {
    if (look.data === undefined || look.isError) {
      const unread = unknown<never>(say("not-read-yet"), new Date().toISOString());
      return { activeRun: null, okToStop: unread, open: unread };
    }
    const { activeRun, okToStop, open } = look.data;
    return { activeRun, okToStop: okToStop[subject] ?? null, open };
  };
  return { look, beside };
}
