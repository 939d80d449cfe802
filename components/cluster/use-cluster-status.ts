"use client";

import { replaceEqualDeep } from "@tanstack/react-query";
import { startTransition, useEffect, useState } from "react";
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

type Arrived = Omit<LiveStatus, "lostAtMs">;
const nothingYet: Arrived = { status: null, clockOffsetMs: 0 };
/** What a message's way takes differs from message to message. Less would count every age on the page anew with each. */
const offsetStepMs = 500;

/** Parts that say what they said before stay the same objects, so that only what changed is drawn. */
function arrived(before: Arrived, data: ClusterStatus): Arrived {
  const offsetMs = Date.parse(data.at) - Date.now();
  const isSteady = before.status !== null && Math.abs(offsetMs - before.clockOffsetMs) < offsetStepMs;
  return {
    status: replaceEqualDeep(before.status, data),
    clockOffsetMs: isSteady ? before.clockOffsetMs : offsetMs,
  };
}

/** As another answer brought it, and when that came, by this browser. */
export interface FirstStatus {
  readonly status: ClusterStatus;
  readonly atMs: number;
}

/** Such an answer says what is now. Longer: a reading looks younger by that much. */
const firstValidMs = 1_000;

/** The cluster's live status; the page begins with `first`. Every message is the whole of it, so a missed one needs no repair. */
export function useClusterStatus(clusterId: string, first: FirstStatus): LiveStatus {
  const trpc = useTRPC();
  const [live, setLive] = useState(nothingYet);
  const [begin] = useState(first);
  useEffect(() => {
    if (Date.now() - begin.atMs > firstValidMs) return;
    startTransition(() => setLive((before) => (before.status === null ? arrived(before, begin.status) : before)));
  }, [begin]);
  const { lostAtMs, onArrival, onConnectionStateChange } = useStreamLoss();
  useSubscription(
    trpc.cluster.status.subscriptionOptions(
      { clusterId },
      {
        onData: ({ data }) => {
          onArrival();
          // In slices: nothing a person does meanwhile waits for a whole page.
          startTransition(() => setLive((before) => arrived(before, data)));
        },
        onConnectionStateChange,
      },
    ),
  );
  return { ...live, lostAtMs };
}
