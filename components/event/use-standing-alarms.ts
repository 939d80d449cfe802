"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTRPC } from "@/components/client/trpc";

/** Alarms settle for ten seconds and more before they count. Longer: one that was acknowledged elsewhere rings on here. */
const refreshMs = 10_000;

/** What stands now, worst first. Null: everywhere. Goes on while the tab is hidden, where the reader asked to be told. */
export function useStandingAlarms(clusterId: string | null, inBackground = false) {
  return useQuery(
    useTRPC().event.standing.queryOptions(
      { clusterId },
      { refetchInterval: refreshMs, refetchIntervalInBackground: inBackground },
    ),
  );
}

export function useAcknowledge(onDone: () => void) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const onSuccess = async () => {
    onDone();
    await client.invalidateQueries(trpc.event.pathFilter());
  };
  const acknowledge = useMutation(trpc.event.acknowledge.mutationOptions({ onSuccess }));
  const withdraw = useMutation(trpc.event.withdraw.mutationOptions({ onSuccess }));
  return { acknowledge, withdraw };
}
