"use client";

import { useState } from "react";
import { useSubscription, useTRPC } from "@/components/client/trpc";
import { useStreamLoss } from "@/components/shell/use-stream-loss";
import type { ClusterStatus } from "@/contract/cluster-status";

export interface LiveStatus {
  status: ClusterStatus | null;
  /** The panel's clock minus the browser's when the status arrived. */
  clockOffsetMs: number;
  /** Since when the stream does not flow; null while it does. It goes on trying by itself. */
  lostAtMs: number | null;
}

const nothingYet: Omit<LiveStatus, "lostAtMs"> = { status: null, clockOffsetMs: 0 };

/** The cluster's live status. Every message is the whole of it, so a missed one needs no repair. */
export function useClusterStatus(clusterId: string): LiveStatus {
  const trpc = useTRPC();
  const [live, setLive] = useState(nothingYet);
  const { lostAtMs, onArrival, onConnectionStateChange } = useStreamLoss();
  useSubscription(
    trpc.cluster.status.subscriptionOptions(
      { clusterId },
      {
        onData: ({ data }) => {
          onArrival();
          setLive({ status: data, clockOffsetMs: Date.parse(data.at) - Date.now() });
        },
        onConnectionStateChange,
      },
    ),
  );
  return { ...live, lostAtMs };
}
