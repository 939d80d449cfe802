"use client";

import { useTranslations } from "next-intl";
import { Eligibility } from "@/components/cluster/eligibility";
import { AcknowledgeButton } from "@/components/event/acknowledge-button";
import { severityBanners } from "@/components/event/event-marks";
import { StandingAlarm } from "@/components/event/standing-alarm";
import { useEventWords } from "@/components/event/use-event-words";
import { useStandingAlarms } from "@/components/event/use-standing-alarms";
import { TimeAge } from "@/components/shell/time-age";
import { Banner } from "@/components/ui/banner";
import { clusterHeadline } from "@/contract/cluster-headline";
import type { ClusterStatus } from "@/contract/cluster-status";
import { type ClusterEvent, isQuiet } from "@/contract/event";
import { eventKinds, isSuiteAlarm } from "@/contract/event-kinds";
import type { Alarm, HaStatus } from "@/contract/ha-status";

/**
 * What is so, what it means, what to do. The suite's alarms are shown as the nodes tell them, whether or not the panel has written
 * them down yet; what stands besides them comes from the panel's record.
 */
export function AlarmBanners({ status }: { status: ClusterStatus }) {
  const t = useTranslations("cluster.alarm");
  const standing = useStandingAlarms(status.clusterId);
  const events = standing.data?.events ?? [];
  const mayOperate = standing.data?.mayOperate ?? false;
  const alarms = status.ha.state === "known" ? status.ha.value.alarms : [];
  const nowMs = Date.parse(status.at);
  const told = alarms.map((alarm) => ({ alarm, event: events.find(({ identity }) => identity === alarm.code) }));
  const loud = told.filter(({ event }) => event === undefined || !isQuiet(event, nowMs));
  const noted = told.flatMap(({ event }) => (event !== undefined && isQuiet(event, nowMs) ? [event] : []));
  const others = events.filter((event) => isShownHere(event, status));
  if (loud.length + noted.length + others.length === 0) return null;
  return (
    <section aria-label={t("label")} className="flex flex-col gap-2">
      {status.ha.state === "known" &&
        loud.map(({ alarm, event }) => (
          <LiveAlarm
            key={`${alarm.code} ${JSON.stringify(alarm.facts)}`}
            alarm={alarm}
            ha={status.ha.state === "known" ? status.ha.value : null}
            at={event?.beganAt ?? status.ha.at}
            event={event}
            mayOperate={mayOperate}
          />
        ))}
      {[...others, ...noted].map((event) => (
        <StandingAlarm key={event.id} event={event} mayOperate={mayOperate} />
      ))}
    </section>
  );
}

/** The headline, the banners of modes left on and the live alarms say the rest. */
function isShownHere({ kind }: ClusterEvent, status: ClusterStatus): boolean {
  if (isSuiteAlarm(kind) || eventKinds[kind].group === "left-on") return false;
  const { code } = clusterHeadline(status);
  return code !== kind && !(code === "cluster-unreachable" && kind === "cluster-out-of-sight");
}

interface LiveAlarmProps {
  alarm: Alarm;
  ha: HaStatus | null;
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
