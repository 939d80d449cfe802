"use client";

import { useTranslations } from "next-intl";
import { TimeAge } from "@/components/shell/time-age";
import { useSentence } from "@/components/shell/use-sentence";
import { useTimeText } from "@/components/shell/use-time-text";
import { Banner } from "@/components/ui/banner";
import { isClockSkewed } from "@/contract/clock-skew";
import type { LogBatch } from "@/contract/log-line";

/** What makes the merged picture less than whole: nodes nobody could read, folders that are not there, clocks that differ. */
export function NodeStandings({ nodes }: { nodes: LogBatch["nodes"] }) {
  const t = useTranslations("logs");
  const shell = useTranslations("shell");
  const sentence = useSentence();
  const { duration } = useTimeText();
  const entries = Object.entries(nodes);
  const skewed = entries.flatMap(([node, reading]) =>
    reading.state === "known" && isClockSkewed(reading.value) ? [{ node, offsetMs: reading.value.clockOffsetMs }] : [],
  );
  const bare = entries.flatMap(([node, reading]) =>
    reading.state === "known" && !reading.value.hasFolder ? [node] : [],
  );
  return (
    <>
      {entries.map(
        ([node, reading]) =>
          reading.state === "unknown" && (
            <Banner
              key={node}
              tone="unknown"
              stateLabel={shell("state.unknown")}
              title={t("nodeUnknown", { node })}
              aside={<TimeAge at={reading.at} />}
            >
              {sentence(reading.reason)}
            </Banner>
          ),
      )}
      {bare.length > 0 && <Banner tone="note" title={t("noFolder", { nodes: bare.join(", ") })} />}
      {skewed.length > 0 && (
        <Banner tone="needs-you" stateLabel={shell("state.needs-you")} title={t("skewTitle")}>
          <ul>
            {skewed.map(({ node, offsetMs }) => (
              <li key={node}>
                {t(offsetMs > 0 ? "skewAhead" : "skewBehind", { node, time: duration(Math.abs(offsetMs) / 1000) })}
              </li>
            ))}
          </ul>
          {t("skewMeans")}
        </Banner>
      )}
    </>
  );
}
