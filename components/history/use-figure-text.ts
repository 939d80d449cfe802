"use client";

import { useFormatter, useTranslations } from "next-intl";
import { useMemo } from "react";
import type { FigureUnit } from "@/components/history/history-charts";
import { useBytesText } from "@/components/shell/use-bytes-text";
import type { HistoryRange } from "@/contract/history";

export interface FigureText {
  value: (unit: FigureUnit) => (value: number) => string;
  /** "14:00" in a day, "11-22" in a month, "2026-11" in a year. */
  tick: (range: HistoryRange) => (seconds: number) => string;
  /** The whole moment. */
  moment: (seconds: number) => string;
  /** The reader's clock less UTC at that moment. */
  zoneOffsetSeconds: (seconds: number) => number;
}

/** Figures and times of charts in words. */
export function useFigureText(): FigureText {
  const t = useTranslations("history");
  const format = useFormatter();
  const bytes = useBytesText();
  return useMemo(() => {
    // In the reader's zone: charts are drawn in browsers only. The Swedish form sorts and reads the same in every language.
    const absolute = (seconds: number) => new Date(seconds * 1000).toLocaleString("sv-SE");
    const rounded = (value: number, digits: number) => format.number(value, { maximumSignificantDigits: digits });
    const texts: Record<FigureUnit, (value: number) => string> = {
      bytes,
      "bytes-per-second": (value) => t("perSecond", { value: bytes(value) }),
      "per-second": (value) => t("perSecond", { value: rounded(value, 3) }),
      share: (value) => format.number(value, { style: "percent", maximumFractionDigits: value < 0.1 ? 1 : 0 }),
      seconds: (value) =>
        Math.abs(value) < 1
          ? t("milliseconds", { value: rounded(value * 1000, 3) })
          : t("seconds", { value: rounded(value, 3) }),
      count: (value) => rounded(value, 3),
    };
    return {
      value: (unit) => texts[unit],
      tick: (range) => (seconds) => {
        const text = absolute(seconds);
        if (range === "1y") return text.slice(0, 10);
        return range === "1h" || range === "24h" ? text.slice(11, 16) : text.slice(5, 10);
      },
      moment: (seconds) => absolute(seconds).slice(0, 16),
      zoneOffsetSeconds: (seconds) => -new Date(seconds * 1000).getTimezoneOffset() * 60,
    };
  }, [t, format, bytes]);
}
