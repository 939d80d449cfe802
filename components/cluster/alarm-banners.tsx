"use client";

import { useTranslations } from "next-intl";
import { TimeAge } from "@/components/shell/time-age";
import { useSentence } from "@/components/shell/use-sentence";
import { Banner } from "@/components/ui/banner";
import type { Alarm } from "@/contract/ha-status";

export function AlarmBanners({ alarms, at }: { alarms: readonly Alarm[]; at: string }) {
  const t = useTranslations("cluster.alarm");
  const sentence = useSentence();
  if (alarms.length === 0) return null;
  return (
    <section aria-label={t("label")} className="flex flex-col gap-2">
      {alarms.map((alarm) => {
        const facts = Object.entries(alarm.facts).map(([name, value]) =>
          t("fact", { name: t.has(`facts.${name}`) ? t(`facts.${name}`) : name, value: sentence.fact(value) }),
        );
        return (
          <Banner
            key={`${alarm.code} ${facts.join()}`}
            tone={alarm.severity === "critical" ? "failed" : "needs-you"}
            stateLabel={t(alarm.severity)}
            title={t(`${alarm.code}.title`)}
            aside={<TimeAge at={at} />}
          >
            {t(`${alarm.code}.advice`)}
            {facts.length > 0 && <span className="block font-mono text-xs">{facts.join(" · ")}</span>}
          </Banner>
        );
      })}
    </section>
  );
}
