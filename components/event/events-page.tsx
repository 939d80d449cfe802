"use client";

import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { paths } from "@/components/client/paths";
import { useTRPC } from "@/components/client/trpc";
import { type EventLook, lookFromQuery, queryOfLook } from "@/components/event/event-filter-query";
import { EventFilters } from "@/components/event/event-filters";
import { StandingAlarm } from "@/components/event/standing-alarm";
import { Timeline } from "@/components/event/timeline";
import { useStandingAlarms } from "@/components/event/use-standing-alarms";
import { useErrorText } from "@/components/shell/error-report";
import { PageHeader } from "@/components/shell/page-header";
import { Banner } from "@/components/ui/banner";
import { Panel } from "@/components/ui/panel";
import { Skeleton } from "@/components/ui/skeleton";

/** What stands now, and everything that happened, to be narrowed and linked to. */
export function EventsPage({ clusterId }: { clusterId: string }) {
  const t = useTranslations("events");
  const query = useSearchParams();
  const [look, setLook] = useState<EventLook>(() => lookFromQuery(new URLSearchParams(query)));
  const summary = useQuery(useTRPC().cluster.get.queryOptions({ clusterId }));
  const change = (next: EventLook): void => {
    setLook(next);
    window.history.replaceState(null, "", paths.clusterEvents(clusterId, queryOfLook(next)));
  };
  return (
    <>
      <PageHeader title={t("title", { cluster: summary.data?.name ?? "" })} note={t("note")} />
      <div className="flex flex-col gap-4">
        <Standing clusterId={clusterId} />
        <Panel title={t("timeline")} flush>
          <EventFilters look={look} nodes={summary.data?.nodes.map(({ name }) => name) ?? []} onChange={change} />
          <Timeline key={queryOfLook(look)} clusterId={clusterId} look={look} />
        </Panel>
      </div>
    </>
  );
}

function Standing({ clusterId }: { clusterId: string }) {
  const t = useTranslations("events");
  const errorText = useErrorText();
  const standing = useStandingAlarms(clusterId);
  return (
    <section aria-label={t("standing")} aria-live="polite" className="flex flex-col gap-2">
      <h2 className="text-base font-semibold">{t("standing")}</h2>
      {standing.isPending && <Skeleton className="h-12" />}
      {standing.isError && (
        <Banner tone="unknown" title={t("unreadable")}>
          {errorText(standing.error)}
        </Banner>
      )}
      {standing.data?.events.length === 0 && (
        <p className="text-muted">
          {t("standingNone")} {t("standingNoneText")}
        </p>
      )}
      {standing.data?.events.map((event) => (
        <StandingAlarm key={event.id} event={event} mayOperate={standing.data.mayOperate} />
      ))}
    </section>
  );
}
