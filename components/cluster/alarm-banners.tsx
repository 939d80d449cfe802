"use client";

import { useTranslations } from "next-intl";
import { memo } from "react";
import { Eligibility } from "@/components/cluster/eligibility";
import { AcknowledgeButton } from "@/components/event/acknowledge-button";
import { severityBanners } from "@/components/event/event-marks";
import { StandingAlarm } from "@/components/event/standing-alarm";
import { useEventWords } from "@/components/event/use-event-words";
import { useStandingAlarms } from "@/components/event/use-standing-alarms";
import { TimeAge } from "@/components/shell/time-age";
import { Banner } from "@/components/ui/banner";
import type { HeadlineCode } from "@/contract/cluster-headline";
import { type ClusterEvent, isQuiet } from "@/contract/event";
import { eventKinds, isSuiteAlarm } from "@/contract/event-kinds";
import type { Alarm, HaStatus } from "@/contract/ha-status";
import type { Observed } from "@/contract/observed";

type AlarmPart = Pick<HaStatus, "alarms" | "services" | "managementVm">;

export interface AlarmBannersProps {
  clusterId: string;
  ha: Observed<AlarmPart>;
  /** What the headline says already. */
  said: HeadlineCode;
  /** The panel's time to the minute: what was put off is put off for hours. */
  minute: string;
}

/**
 * What is so, what it means, what to do. The suite's alarms are shown as the nodes tell them, whether or not the panel has written
 * them down yet; what stands besides them comes from the panel's record.
 */
export const AlarmBanners = memo(function AlarmBanners({ clusterId, ha, said, minute }: AlarmBannersProps) {
  const t = useTranslations("cluster.alarm");
  const standing = useStandingAlarms(clusterId);
  const events = standing.data?.events ?? [];
  const mayOperate = standing.data?.mayOperate ?? false;
  const alarms = ha.state === "known" ? ha.value.alarms : [];
  const nowMs = Date.parse(minute);
  const told = alarms.map((alarm) => ({ alarm, event: events.find(({ identity }) => identity === alarm.code) }));
  const loud = told.filter(({ event }) => event === undefined || !isQuiet(event, nowMs));
  const noted = told.flatMap(({ event }) => (event !== undefined && isQuiet(event, nowMs) ? [event] : []));
  const others = events.filter((event) => isShownHere(event, said));
  if (loud.length + noted.length + others.length === 0) return null;
  return (
    <section aria-label={t("label")} className="flex flex-col gap-2">
      {ha.state === "known" &&
        loud.map(({ alarm, event }) => (
          <LiveAlarm
            key={`${alarm.code} ${JSON.stringify(alarm.facts)}`}
            alarm={alarm}
            ha={ha.value}
            at={event?.beganAt ?? ha.at}
            event={event}
            mayOperate={mayOperate}
          />
        ))}
      {[...others, ...noted].map((event) => (
        <StandingAlarm key={event.id} event={event} mayOperate={mayOperate} />
      ))}
    </section>
  );
});

/** The headline, the banners of modes left on and the live alarms say the rest. */
function isShownHere({ kind }: ClusterEvent, said: HeadlineCode): boolean {
  if (isSuiteAlarm(kind) || eventKinds[kind].group === "left-on") return false;
  return said !== kind && !(said === "cluster-unreachable" && kind === "cluster-out-of-sight");
}

interface LiveAlarmProps {
  alarm: Alarm;
  ha: AlarmPart | null;
  at: string;
  event: ClusterEvent | undefined;
  mayOperate: boolean;
}

function LiveAlarm({ alarm, ha, at, event, mayOperate }: LiveAlarmProps) {
  const t = useTranslations("cluster.alarm");
  const { title, means, todo } = useEventWords()({ kind: alarm.code, facts: alarm.facts });
  const others = ha === null ? [] : ha.services.filter((service) => service.node !== ha.managementVm.node);
  return (
    <Banner
      tone={severityBanners[alarm.severity]}
      stateLabel={t(alarm.severity)}
      title={title}
      aside={<TimeAge at={at} />}
      actions={event !== undefined && <AcknowledgeButton event={event} quiet={false} mayOperate={mayOperate} />}
    >
      <p>{means}</p>
      {alarm.code === "no-eligible-standby" && (
        <ul className="py-1">
          {others.map((service) => (
            <li key={service.node} className="flex flex-wrap gap-x-2">
              <span className="font-medium text-ink">{service.node}</span>
              <Eligibility service={service} />
            </li>
          ))}
        </ul>
      )}
      <p className="text-ink">{t("todo", { advice: todo })}</p>
    </Banner>
  );
}
