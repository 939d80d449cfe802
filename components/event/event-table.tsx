"use client";

import { useTranslations } from "next-intl";
import { EventLinks } from "@/components/event/event-links";
import { eventMark } from "@/components/event/event-marks";
import { useEventWords } from "@/components/event/use-event-words";
import { TimeAt } from "@/components/shell/time-age";
import { useTimeText } from "@/components/shell/use-time-text";
import { StateMark } from "@/components/ui/state-mark";
import { Cell, HeaderCell, RowHeader, Table, TableBody, TableHead } from "@/components/ui/table";
import type { ClusterEvent } from "@/contract/event";
import { eventKinds } from "@/contract/event-kinds";

export function EventTable({ events }: { events: readonly ClusterEvent[] }) {
  const t = useTranslations("events");
  return (
    <Table caption={t("caption")}>
      <TableHead>
        <HeaderCell>{t("when")}</HeaderCell>
        <HeaderCell>{t("what")}</HeaderCell>
        <HeaderCell>{t("where")}</HeaderCell>
        <HeaderCell>{t("lasted")}</HeaderCell>
        <HeaderCell>{t("go")}</HeaderCell>
      </TableHead>
      <TableBody>
        {events.map((event) => (
          <EventRow key={event.id} event={event} />
        ))}
      </TableBody>
    </Table>
  );
}

function EventRow({ event }: { event: ClusterEvent }) {
  const t = useTranslations("events");
  const say = useEventWords();
  const { kind, severity, node, beganAt, count, clusterId } = event;
  return (
    <tr>
      <RowHeader className="font-normal whitespace-nowrap">
        <TimeAt at={beganAt} />
      </RowHeader>
      <Cell className="min-w-64">
        <StateMark state={eventMark(kind, severity)} label={t(`severity.${severity}`)} labelHidden className="mr-1.5" />
        <span className="font-medium">{say(event).title}</span>
        {count > 1 && <span className="text-muted"> · {t("count", { count })}</span>}
        <span className="block text-xs text-muted">{t(`group.${eventKinds[kind].group}`)}</span>
      </Cell>
      <Cell className="whitespace-nowrap">{node ?? (clusterId === null ? t("panelItself") : "")}</Cell>
      <Cell className="whitespace-nowrap">
        <Lasted event={event} />
      </Cell>
      <Cell>
        <EventLinks event={event} />
      </Cell>
    </tr>
  );
}

function Lasted({ event: { kind, beganAt, endedAt } }: { event: ClusterEvent }) {
  const t = useTranslations("events");
  const { duration } = useTimeText();
  if (eventKinds[kind].nature === "moment") return <span className="text-muted">{t("moment")}</span>;
  if (endedAt === null) return <span className="font-medium">{t("stands")}</span>;
  return duration((Date.parse(endedAt) - Date.parse(beganAt)) / 1000);
}
