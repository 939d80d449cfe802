"use client";

import { useQuery } from "@tanstack/react-query";
import { Bell } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { paths } from "@/components/client/paths";
import { useTRPC } from "@/components/client/trpc";
import { severityMarks } from "@/components/event/event-marks";
import { useEventWords } from "@/components/event/use-event-words";
import { useStandingAlarms } from "@/components/event/use-standing-alarms";
import { useErrorText } from "@/components/shell/error-report";
import { TimeAge } from "@/components/shell/time-age";
import { Button } from "@/components/ui/button";
import { Popover } from "@/components/ui/popover";
import { StateMark } from "@/components/ui/state-mark";
import { useJudgedNow } from "@/components/ui/use-now";
import { type ClusterEvent, isQuiet } from "@/contract/event";

/** Every cluster's standing alarms, worst first. Acknowledged ones are counted apart. */
export function AlarmsBell() {
  const t = useTranslations("events.bell");
  const words = useTranslations("events");
  const errorText = useErrorText();
  const standing = useStandingAlarms(null);
  const clusters = useQuery(useTRPC().cluster.list.queryOptions()).data ?? [];
  const events = standing.data?.events ?? [];
  const loudAt = useJudgedNow((now) => events.flatMap((event, at) => (isQuiet(event, now ?? 0) ? [] : [at])).join(" "));
  const loud = loudAt === "" ? [] : loudAt.split(" ").flatMap((at) => events[Number(at)] ?? []);
  const [worst] = loud;
  return (
    <Popover
      label={t("label")}
      className="w-96"
      trigger={
        <Button variant="quiet" aria-label={t("count", { loud: loud.length })}>
          {worst === undefined ? (
            <Bell aria-hidden />
          ) : (
            <StateMark
              state={severityMarks[worst.severity]}
              label={words(`severity.${worst.severity}`)}
              labelHidden
              size="md"
            />
          )}
          {loud.length > 0 && <span>{loud.length}</span>}
        </Button>
      }
    >
      <p className="engraved pb-2">{t("label")}</p>
      {standing.isError && (
        <p className="pb-2 text-unknown">{t("unreadable", { reason: errorText(standing.error) })}</p>
      )}
      {standing.isSuccess && loud.length === 0 && <p className="pb-1 text-muted">{t("none")}</p>}
      <ul className="flex flex-col">
        {loud.map((event) => (
          <BellLine key={event.id} event={event} clusters={clusters} />
        ))}
      </ul>
      {events.length > loud.length && (
        <p className="py-1 text-xs text-muted">{t("quiet", { count: events.length - loud.length })}</p>
      )}
      {clusters.map(({ id, name }) => (
        <Link
          key={id}
          href={paths.clusterEvents(id)}
          className="mt-1 block rounded-sm text-accent underline underline-offset-2"
        >
          {t("all", { cluster: name })}
        </Link>
      ))}
    </Popover>
  );
}

interface BellLineProps {
  event: ClusterEvent;
  clusters: readonly { id: string; name: string }[];
}

function BellLine({ event, clusters }: BellLineProps) {
  const words = useTranslations("events");
  const say = useEventWords();
  const { clusterId, severity, beganAt } = event;
  const place = clusters.find(({ id }) => id === clusterId)?.name ?? words("panelItself");
  return (
    <li>
      <Link
        href={clusterId === null ? paths.notifications() : paths.clusterEvents(clusterId)}
        className="-mx-1 flex items-baseline gap-2 rounded-md px-1 py-1.5 hover:bg-hover"
      >
        <StateMark
          state={severityMarks[severity]}
          label={words(`severity.${severity}`)}
          labelHidden
          className="self-center"
        />
        <span className="min-w-0 flex-1">
          {say(event).title}
          <span className="block text-xs text-muted">{place}</span>
        </span>
        <TimeAge at={beganAt} className="text-xs" />
      </Link>
    </li>
  );
}
