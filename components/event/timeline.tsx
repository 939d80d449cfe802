"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useTRPC, useTRPCClient } from "@/components/client/trpc";
import { type EventLook, filterOf, queryOfLook } from "@/components/event/event-filter-query";
import { EventTable } from "@/components/event/event-table";
import { useErrorText } from "@/components/shell/error-report";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";

const pageEvents = 50;
/** Longer: what just happened is missed by who waits for it. */
const refreshMs = 10_000;

export function Timeline({ clusterId, look }: { clusterId: string; look: EventLook }) {
  const t = useTranslations("events");
  const errorText = useErrorText();
  const trpc = useTRPC();
  const client = useTRPCClient();
  // "The last hour" is that of when it was chosen: a page of older events must not begin elsewhere than the one before.
  const [filter] = useState(() => filterOf(look, clusterId, Date.now()));
  const pages = useInfiniteQuery({
    queryKey: [...trpc.event.list.pathKey(), clusterId, queryOfLook(look)],
    queryFn: ({ pageParam, signal }) =>
      client.event.list.query({ filter, limit: pageEvents, before: pageParam }, { signal }),
    initialPageParam: null as { at: Date; id: number } | null,
    getNextPageParam: (page) => page.before,
    refetchInterval: refreshMs,
  });
  if (pages.isPending) return <Skeleton className="m-4 h-64" />;
  if (pages.isError)
    return (
      <Banner tone="unknown" className="m-4" title={t("unreadable")}>
        {errorText(pages.error)}
      </Banner>
    );
  const events = pages.data.pages.flatMap((page) => page.events);
  if (events.length === 0)
    return <p className="p-4 text-muted">{queryOfLook(look) === "" ? t("emptyAll") : t("empty")}</p>;
  return (
    <>
      <EventTable events={events} />
      <div className="flex justify-center border-t border-line p-2">
        {pages.hasNextPage ? (
          <Button pending={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            {t("older")}
          </Button>
        ) : (
          <p className="py-1 text-xs text-muted">{t("noOlder")}</p>
        )}
      </div>
    </>
  );
}
