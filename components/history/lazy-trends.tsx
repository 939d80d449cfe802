"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useTRPC } from "@/components/client/trpc";
import { Skeleton } from "@/components/ui/skeleton";

/** Loaded after the dashboard, whose own figures must not wait for it. Its place is held, so that nothing jumps. */
const Trends = dynamic(() => import("@/components/history/trends").then((module) => module.Trends), {
  ssr: false,
  loading: () => <Skeleton className="h-130" />,
});

export function LazyTrends({ clusterId }: { clusterId: string }) {
  const summary = useQuery(useTRPC().cluster.get.queryOptions({ clusterId }, { select: namesOf }));
  return summary.data === undefined ? null : <Trends clusterId={clusterId} nodes={summary.data} />;
}

/** Kept from answer to answer while it says the same: the charts are not drawn anew with every question. */
const namesOf = ({ nodes }: { nodes: readonly { name: string }[] }): string[] => nodes.map(({ name }) => name);
