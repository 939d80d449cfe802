"use client";

import { useTranslations } from "next-intl";
import { useIsLossTold, useLostMs } from "@/components/shell/use-stream-loss";
import { useTimeText } from "@/components/shell/use-time-text";
import { Banner } from "@/components/ui/banner";

/** Less is in every office. More: times of day on a page and in a node's own log cannot be compared. */
const skewWorthTellingMs = 10_000;

export interface PanelStandingProps {
  unansweredSinceMs: number | null;
  /** The panel's clock minus this browser's. */
  offsetMs: number;
}

/** What stands between the reader and the panel, above every page: no answer, or clocks that differ. */
export function PanelStanding({ unansweredSinceMs, offsetMs }: PanelStandingProps) {
  const t = useTranslations("shell");
  const { duration } = useTimeText();
  const lostMs = useLostMs(unansweredSinceMs);
  const isTold = useIsLossTold();
  const isSkewed = Math.abs(offsetMs) >= skewWorthTellingMs;
  return (
    <div className="flex flex-col gap-3 pb-4 empty:hidden">
      {lostMs > 0 && !isTold && (
        <Banner
          alert
          tone="unknown"
          stateLabel={t("state.unknown")}
          title={t("connection.lost", { age: duration(Math.round(lostMs / 1000)) })}
        >
          {t("connection.means")}
        </Banner>
      )}
      {isSkewed && (
        <Banner
          tone="needs-you"
          stateLabel={t("state.needs-you")}
          title={t(offsetMs > 0 ? "clock.behind" : "clock.ahead", {
            time: duration(Math.round(Math.abs(offsetMs) / 1000)),
          })}
        >
          {t("clock.means")}
        </Banner>
      )}
    </div>
  );
}
