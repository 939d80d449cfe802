"use client";

import { useQueries } from "@tanstack/react-query";
import type { FactsByNode } from "@/components/cluster/topology-model";
import { useTRPC } from "@/components/client/trpc";
import { useErrorText } from "@/components/shell/error-report";
import { useJudgedNow } from "@/components/ui/use-now";
import { missedRefreshesUntilUnknown } from "@/contract/cluster-status";
import { known, unknown } from "@/contract/observed";

/** One reading runs a script of about two seconds on each node. Shorter burdens them; longer shows a pulled cable late. */
const factsRefreshMs = 30_000;

/**
 * NICs and disks of every node, read while somebody looks. A reading nobody confirms turns unknown like any other. Held: what was
 * read stays as it is and nothing is asked, so that nodes about to be changed have nothing else to do.
 */
export function useNodeFacts(clusterId: string, nodes: readonly string[], isHeld = false): FactsByNode {
  const trpc = useTRPC();
  const errorText = useErrorText();
  const readings = useQueries({
    queries: nodes.map((node) =>
      trpc.node.facts.queryOptions(
        { clusterId, node },
        { enabled: !isHeld, refetchInterval: factsRefreshMs, staleTime: factsRefreshMs },
      ),
    ),
  });
  const freshOf = readings.map(({ dataUpdatedAt }) => dataUpdatedAt);
  const staleAt = useJudgedNow((now) =>
    freshOf.map((at) => !isHeld && now !== null && now - at > missedRefreshesUntilUnknown * factsRefreshMs).join(" "),
  ).split(" ");
  return Object.fromEntries(
    nodes.flatMap((node, index) => {
      const reading = readings[index];
      if (reading === undefined || reading.isPending) return [];
      const readAt = new Date(reading.isError ? reading.errorUpdatedAt : reading.dataUpdatedAt).toISOString();
      if (reading.data === undefined) return [[node, unknown(errorText(reading.error), readAt)]];
      const fresh = staleAt[index] !== "true";
      return [
        [node, fresh ? known(reading.data, reading.data.at) : unknown(errorText(reading.error), reading.data.at)],
      ];
    }),
  );
}
