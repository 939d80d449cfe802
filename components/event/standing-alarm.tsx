"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { AcknowledgeButton } from "@/components/event/acknowledge-button";
import { EventLinks } from "@/components/event/event-links";
import { severityBanners, severityMarks } from "@/components/event/event-marks";
import { useEventWords } from "@/components/event/use-event-words";
import { TimeAge } from "@/components/shell/time-age";
import { useTimeText } from "@/components/shell/use-time-text";
import { Banner } from "@/components/ui/banner";
import { StateMark } from "@/components/ui/state-mark";
import { useJudgedNow } from "@/components/ui/use-now";
import { type ClusterEvent, isQuiet } from "@/contract/event";

export interface StandingAlarmProps {
  event: ClusterEvent;
  mayOperate: boolean;
  /** Where several clusters stand together. */
  place?: string | undefined;
  children?: ReactNode;
}

/** What is so, since when, what it means, what to do. One that somebody has taken note of keeps to one line. */
export function StandingAlarm({ event, mayOperate, place, children }: StandingAlarmProps) {
  const t = useTranslations("events");
  const say = useEventWords();
  const quiet = useJudgedNow((now) => isQuiet(event, now ?? Date.parse(event.acknowledged?.at ?? event.beganAt)));
  const { title, means, todo } = say(event);
  const button = <AcknowledgeButton event={event} quiet={quiet} mayOperate={mayOperate} />;
  const heading = place === undefined ? title : `${place}: ${title}`;
  if (quiet)
    return (
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-md border border-line bg-panel px-3.5 py-1.5 text-muted">
        <StateMark state={severityMarks[event.severity]} label={t(`severity.${event.severity}`)} labelHidden />
        <span className="min-w-48 flex-1">
          {heading} <AcknowledgedBy event={event} />
        </span>
        <TimeAge at={event.beganAt} className="text-xs" />
        {button}
      </div>
    );
  return (
    <Banner
      tone={severityBanners[event.severity]}
      stateLabel={t(`severity.${event.severity}`)}
      title={heading}
      aside={
        <>
          {t("since")} <TimeAge at={event.beganAt} />
          {event.count > 1 && <span className="block">{t("count", { count: event.count })}</span>}
        </>
      }
      actions={button}
    >
      <p>{means}</p>
      {children}
      <p className="text-ink">{t("todo", { advice: todo })}</p>
      <EventLinks event={event} />
    </Banner>
  );
}

function AcknowledgedBy({ event: { acknowledged } }: { event: ClusterEvent }) {
  const t = useTranslations("events.ack");
  const { absolute } = useTimeText();
  if (acknowledged === null) return null;
  const { by, until, reason } = acknowledged;
  return (
    <span className="block text-xs">
      {until === null ? t("by", { by }) : t("byUntil", { by, until: absolute(until) })}
      {reason !== null && ` · ${reason}`}
    </span>
  );
}
