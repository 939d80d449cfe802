"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { memo } from "react";
import { paths } from "@/components/client/paths";
import { useTRPC } from "@/components/client/trpc";
import { eventMark } from "@/components/event/event-marks";
import { useEventWords } from "@/components/event/use-event-words";
import { useErrorText } from "@/components/shell/error-report";
import { PlaceLink } from "@/components/shell/place-link";
import { TimeAge } from "@/components/shell/time-age";
import { Panel } from "@/components/ui/panel";
import { Skeleton } from "@/components/ui/skeleton";
import { StateMark } from "@/components/ui/state-mark";

/** As many as are read at a glance. */
const shown = 8;
const refreshMs = 10_000;
const everything = { groups: null, severities: null, nodes: null, sinceMs: null, untilMs: null };

/** The newest events of a cluster; the rest has a page of its own. */
export const TimelineCard = memo(function TimelineCard({ clusterId }: { clusterId: string }) {
  const t = useTranslations("events");
  const errorText = useErrorText();
  const say = useEventWords();
  const page = useQuery(
    useTRPC().event.list.queryOptions(
      { filter: { ...everything, clusterId }, limit: shown },
      { refetchInterval: refreshMs },
    ),
  );
  return (
    <Panel
      title={t("recent")}
      aside={
        <PlaceLink
          href={paths.clusterEvents(clusterId)}
          className="rounded-sm text-accent underline underline-offset-2"
        >
          {t("more")}
        </PlaceLink>
      }
    >
      {page.isPending && <Skeleton className="h-32" />}
      {page.isError && <p className="text-unknown">{errorText(page.error)}</p>}
      {page.data?.events.length === 0 && <p className="text-muted">{t("emptyAll")}</p>}
      <ol className="flex flex-col gap-1.5">
        {page.data?.events.map((event) => (
          <li key={event.id} className="flex flex-wrap items-baseline gap-x-2">
            <StateMark
              state={eventMark(event.kind, event.severity)}
              label={t(`severity.${event.severity}`)}
              labelHidden
              className="self-center"
            />
            <PlaceLink
              href={event.runId === null ? paths.clusterEvents(clusterId) : paths.run(event.runId)}
              className="min-w-0 flex-1 rounded-sm underline-offset-2 hover:underline"
            >
              {say(event).title}
              {event.count > 1 && <span className="text-muted"> · {t("count", { count: event.count })}</span>}
            </PlaceLink>
            <TimeAge at={event.beganAt} className="text-xs" />
          </li>
        ))}
      </ol>
    </Panel>
  );
});
