"use client";

import { useTranslations } from "next-intl";
import { type ReactNode, useEffect } from "react";
import { tellLostStream, useLostMs } from "@/components/shell/use-stream-loss";
import { useTimeText } from "@/components/shell/use-time-text";
import { Banner } from "@/components/ui/banner";

/** For how long the page has had no live data, and what that means for what it shows. Nothing while it flows. */
export function StreamLost({ lostAtMs, children }: { lostAtMs: number | null; children: ReactNode }) {
  const t = useTranslations("shell");
  const { duration } = useTimeText();
  const lostMs = useLostMs(lostAtMs);
  const isLost = lostMs > 0;
  useEffect(() => (isLost ? tellLostStream() : undefined), [isLost]);
  if (!isLost) return null;
  return (
    <Banner
      tone="unknown"
      stateLabel={t("state.unknown")}
      title={t("connection.lost", { age: duration(Math.round(lostMs / 1000)) })}
      alert
    >
      {children}
    </Banner>
  );
}
