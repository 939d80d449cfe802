"use client";

import { useFormatter, useTranslations } from "next-intl";
import { capacityChart } from "@/components/history/history-charts";
import { useHistory } from "@/components/history/use-history";
import { useBytesText } from "@/components/shell/use-bytes-text";
import { type CapacityForecast, capacityForecast, fullShare } from "@/contract/capacity-forecast";
import { seriesOf } from "@/contract/history";

const looksBack = "30d";
const specs = [capacityChart];

/** When the storage is full, if the last thirty days say so; otherwise why they do not. */
export function CapacityNote({ clusterId }: { clusterId: string }) {
  const t = useTranslations("history.forecast");
  const format = useFormatter();
  const bytes = useBytesText();
  const history = useHistory(clusterId, looksBack, specs);
  if (history.data === undefined) return null;
  const average = (metric: string) => seriesOf(history.data, { kind: "cluster" }, metric)?.average ?? [];
  const forecast = capacityForecast(average("ceph.used"), average("ceph.size"), history.data.bucketSeconds);
  const percent = format.number(fullShare, { style: "percent" });
  return <p className="text-xs text-muted">{said(forecast)}</p>;

  function said(found: CapacityForecast): string {
    if (found.kind === "steady") return t("steady");
    if (found.kind === "no-telling") return t(found.because);
    const growth = bytes(found.bytesPerDay);
    if (found.kind === "far") return t("far", { growth });
    return t("fullIn", { days: Math.max(0, Math.floor(found.days)), growth, percent });
  }
}
