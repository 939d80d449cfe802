"use client";

import { startTransition, useEffect, useMemo, useState } from "react";
import { LivePicture, nothingShown, type Shown } from "@/components/cluster/live-picture";
import type { ConfirmedAt } from "@/components/cluster/reading-age";
import { useSubscription, useTRPC } from "@/components/client/trpc";
import { useStreamLoss } from "@/components/shell/use-stream-loss";
import type { ClusterStatus } from "@/contract/cluster-status";

export interface LiveStatus extends Shown {
  /** With every confirmation that has come since: what is judged by its age is judged by this. */
  newest: () => ClusterStatus | null;
  confirmedAt: ConfirmedAt;
  /** Since when the stream does not flow; null while it does. It goes on trying by itself. */
  lostAtMs: number | null;
}

/** As another answer brought it, and when that came, by this browser. */
export interface FirstStatus {
  readonly status: ClusterStatus;
  readonly atMs: number;
}

/** Such an answer says what is now. Longer: a reading looks younger by that much. */
const firstValidMs = 1_000;

/** The cluster's live status; the page begins with `first`. */
export function useClusterStatus(clusterId: string, first: FirstStatus): LiveStatus {
  const trpc = useTRPC();
  const [picture] = useState(() => new LivePicture());
  const [shown, setShown] = useState<Shown>(nothingShown);
  const [begin] = useState(first);
  useEffect(() => {
    if (Date.now() - begin.atMs > firstValidMs || picture.newest() !== null) return;
    const next = picture.take({ whole: begin.status }, Date.now());
    if (next !== null) startTransition(() => setShown(next));
  }, [begin, picture]);
  const { lostAtMs, onArrival, onConnectionStateChange } = useStreamLoss();
  // Made once: it is hashed and compared whenever it is made, and this is drawn with every change.
  const options = useMemo(
    () =>
      trpc.cluster.status.subscriptionOptions(
        { clusterId },
        {
          onData: ({ data }) => {
            onArrival();
            const next = picture.take(data, Date.now());
            if (next === null) return;
            // News is a card or two, and that at once. All else in slices: nothing a person does meanwhile waits for it.
            if (next.isNews && !("whole" in data)) setShown(next);
            else startTransition(() => setShown(next));
          },
          onConnectionStateChange,
        },
      ),
    [trpc, clusterId, picture, onArrival, onConnectionStateChange],
  );
  useSubscription(options);
  return { ...shown, newest: picture.newest, confirmedAt: picture.confirmedAt, lostAtMs };
}
