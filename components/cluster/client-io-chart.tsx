"use client";

import { useTranslations } from "next-intl";
import { useMemo } from "react";
import type { ClientIoPoint } from "@/components/cluster/client-io";
import { useFactText } from "@/components/cluster/use-fact-text";
import { useTimeText } from "@/components/shell/use-time-text";
import { SeriesChart } from "@/components/ui/series-chart";
import type { CephStatus } from "@/contract/ha-status";

export function ClientIoChart({ io, points }: { io: CephStatus["clientIo"]; points: readonly ClientIoPoint[] }) {
  const t = useTranslations("cluster.ceph");
  const { bytes, count } = useFactText();
  const { clock } = useTimeText();
  const perSecond = (value: number) => t("perSecond", { value: bytes(value) });
  const read = perSecond(io.readBytesPerSecond);
  const write = perSecond(io.writeBytesPerSecond);
  const times = useMemo(() => points.map((point) => point.seconds), [points]);
  const series = useMemo(
    () => [
      { label: t("read"), ink: "--accent", values: points.map((point) => point.read) },
      { label: t("write"), ink: "--muted", dashed: true, values: points.map((point) => point.write) },
    ],
    [points, t],
  );
  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex flex-wrap items-baseline gap-x-4">
        <span className="engraved">{t("clientIo")}</span>
        <Key className="border-accent" name={t("read")} value={read} />
        <Key className="border-dashed border-muted" name={t("write")} value={write} />
        <span className="text-muted">{t("operationsValue", { value: count(io.operationsPerSecond) })}</span>
      </div>
      {points.length < 2 ? (
        <p className="flex h-[110px] items-center text-xs text-muted">{t("chartWaiting")}</p>
      ) : (
        <SeriesChart
          description={t("chart", { read, write })}
          timesSeconds={times}
          series={series}
          formatValue={bytes}
          formatTime={clock}
          height={110}
        />
      )}
    </div>
  );
}

/** Figure with the line it belongs to. */
function Key({ className, name, value }: { className: string; name: string; value: string }) {
  return (
    <span className="inline-flex items-center gap-1.5">
      <span aria-hidden className={`w-4 border-t-2 ${className}`} />
      <span className="text-muted">{name}</span>
      <span className="font-medium">{value}</span>
    </span>
  );
}
