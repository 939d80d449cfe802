"use client";

import { useFormatter, useTranslations } from "next-intl";
import { useBytesText } from "@/components/shell/use-bytes-text";
import { useSentence } from "@/components/shell/use-sentence";
import { useTimeText } from "@/components/shell/use-time-text";
import type { ClusterHeadline } from "@/contract/cluster-headline";
import type { Alarm } from "@/contract/ha-status";
import type { SayingFact } from "@/contract/sentence";

/** Sentences from codes and facts: the same facts in every language. */
export function useFactText() {
  const t = useTranslations("cluster");
  const format = useFormatter();
  const bytes = useBytesText();
  const time = useTimeText();
  const sentence = useSentence();

  /** "link:ceph-1" names a reading of one node, "ceph" one of the cluster. */
  const reading = (what: string): string => {
    const [name = "", node] = what.split(":");
    const key = `reading.${name}`;
    return t.has(key) ? t(key, { node: node ?? "" }) : what;
  };

  const alarm = (each: Pick<Alarm, "code">): string => t(`alarm.${each.code}.title`);

  const values = (facts: Readonly<Record<string, SayingFact>>): Record<string, string | number> => {
    const said = Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, sentence.fact(value)]));
    if (typeof facts.what === "string") said.what = reading(facts.what);
    if (typeof facts.since === "string") said.since = time.absolute(facts.since);
    if (typeof facts.alarm === "string" && t.has(`alarm.${facts.alarm}.title`))
      said.alarm = t(`alarm.${facts.alarm}.title`);
    if (typeof facts.phase === "string" && t.has(`ha.phase.${facts.phase}`)) said.phase = t(`ha.phase.${facts.phase}`);
    return said;
  };

  return {
    reading,
    alarm,
    headline: (headline: ClusterHeadline) => ({
      title: t(`headline.${headline.code}.title`, values(headline.facts)),
      advice: t(`headline.${headline.code}.advice`, values(headline.facts)),
    }),
    bytes,
    count: (value: number): string => format.number(value),
  };
}
