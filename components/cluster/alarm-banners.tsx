"use client";

import { useTranslations } from "next-intl";
import { Eligibility } from "@/components/cluster/eligibility";
import { TimeAge } from "@/components/shell/time-age";
import { useSentence } from "@/components/shell/use-sentence";
import { Banner } from "@/components/ui/banner";
import type { Alarm, HaStatus } from "@/contract/ha-status";

export interface AlarmBannersProps {
  ha: Pick<HaStatus, "alarms" | "services" | "managementVm">;
  at: string;
}

/** Every fact a text may name; one an older suite does not send leaves a gap, never a broken sentence. */
const noFacts = { addresses: "", applied: "", because: "", image: "", newest: "", node: "", nodes: "", reason: "" };

/** What is so, what it means, what to do. */
export function AlarmBanners({ ha, at }: AlarmBannersProps) {
  const t = useTranslations("cluster.alarm");
  if (ha.alarms.length === 0) return null;
  return (
    <section aria-label={t("label")} className="flex flex-col gap-2">
      {ha.alarms.map((alarm) => (
        <Banner
          key={`${alarm.code} ${JSON.stringify(alarm.facts)}`}
          tone={alarm.severity === "critical" ? "failed" : "needs-you"}
          stateLabel={t(alarm.severity)}
          title={t(`${alarm.code}.title`, noFacts)}
          aside={<TimeAge at={at} />}
        >
          <AlarmBody alarm={alarm} ha={ha} />
        </Banner>
      ))}
    </section>
  );
}

function AlarmBody({ alarm, ha }: { alarm: Alarm; ha: AlarmBannersProps["ha"] }) {
  const t = useTranslations("cluster.alarm");
  const sentence = useSentence();
  const said = Object.entries(alarm.facts).map(([name, value]) => [name, sentence.fact(value)] as const);
  const facts = { ...noFacts, ...Object.fromEntries(said) };
  const others = ha.services.filter((service) => service.node !== ha.managementVm.node);
  return (
    <>
      <p>{t(`${alarm.code}.means`, facts)}</p>
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
      <p className="text-ink">{t("todo", { advice: t(`${alarm.code}.advice`, facts) })}</p>
    </>
  );
}
