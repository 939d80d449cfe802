"use client";

import { useCallback, useState } from "react";
import { useSubscription, useTRPC } from "@/components/client/trpc";
import { useStreamLoss } from "@/components/shell/use-stream-loss";
import { emptyBuffer, type LogBuffer, takeBatch, withFilter } from "@/components/logs/log-buffer";
import type { LogBatch, LogFilter } from "@/contract/log-line";

export interface LogStream {
  readonly buffer: LogBuffer;
  /** How each node was found at the last batch; null until the first. */
  readonly nodes: LogBatch["nodes"] | null;
  /** When the stream broke off, by this browser; null while it flows. It goes on by itself at the very byte. */
  readonly lostAtMs: number | null;
  readonly refilter: (filter: LogFilter) => void;
}

interface State {
  readonly buffer: LogBuffer;
  readonly filter: LogFilter;
  readonly nodes: LogBatch["nodes"] | null;
}

export function useLogStream(clusterId: string, firstFilter: LogFilter): LogStream {
  const trpc = useTRPC();
  const [{ buffer, nodes }, setState] = useState<State>({ buffer: emptyBuffer, filter: firstFilter, nodes: null });
  const { lostAtMs, onArrival, onConnectionStateChange } = useStreamLoss();
  useSubscription(
    trpc.logs.follow.subscriptionOptions(
      { clusterId },
      {
        onData: ({ data }) => {
          onArrival();
          setState((before) => ({
            ...before,
            buffer: takeBatch(before.buffer, data, before.filter),
            nodes: data.nodes,
          }));
        },
        onConnectionStateChange,
      },
    ),
  );
  const refilter = useCallback(
    (filter: LogFilter) => setState((before) => ({ ...before, filter, buffer: withFilter(before.buffer, filter) })),
    [],
  );
  return { buffer, nodes, lostAtMs, refilter };
}
