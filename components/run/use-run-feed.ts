"use client";

import { useState } from "react";
import { useSubscription, useTRPC } from "@/components/client/trpc";
import { useStreamLoss } from "@/components/shell/use-stream-loss";
import { emptyFeed, feed, type RunFeedState } from "@/components/run/run-feed";
import type { Plan } from "@/contract/run";

/** The run as its journal tells it, from the first event on; goes on by itself after a lost connection or a restart of the panel. */
export function useRunFeed(
  runId: string,
  plan: Plan,
): RunFeedState & {
  /** When the stream broke off, by this browser; null while it flows. */
  readonly lostAtMs: number | null;
} {
  const trpc = useTRPC();
  const [state, setState] = useState<RunFeedState>(() => emptyFeed(plan));
  const { lostAtMs, onArrival, onConnectionStateChange } = useStreamLoss();

  useSubscription(
    trpc.run.events.subscriptionOptions(
      { runId },
      {
        onData: ({ data }) => {
          onArrival();
          setState((before) => feed(before, data));
        },
        onConnectionStateChange,
      },
    ),
  );

  return { ...state, lostAtMs };
}
