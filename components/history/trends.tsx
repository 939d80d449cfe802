"use client";

import { useTranslations } from "next-intl";
import { useMemo, useState } from "react";
import { paths } from "@/components/client/paths";
import { CapacityNote } from "@/components/history/capacity-note";
import { ChartGrid } from "@/components/history/chart-grid";
import { capacityChart, nodeComparison, storageCharts } from "@/components/history/history-charts";
import { RangePicker } from "@/components/history/range-picker";
import { PlaceLink } from "@/components/shell/place-link";
import type { HistoryRange } from "@/contract/history";

const inShort = storageCharts.filter(({ id }) => id === "throughput");

/** The charts of the dashboard: what the storage does and how full it gets, how busy the nodes are. */
export function Trends({ clusterId, nodes }: { clusterId: string; nodes: readonly string[] }) {
  const t = useTranslations("history");
  const [range, setRange] = useState<HistoryRange>("1h");
  const specs = useMemo(() => [...inShort, capacityChart, ...nodeComparison(nodes)], [nodes]);
  return (
    <section aria-labelledby="trends">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 pb-2">
        <h2 id="trends" className="text-base font-semibold">
          {t("trends")}
        </h2>
        <RangePicker value={range} onChange={setRange} />
        <PlaceLink
          href={paths.clusterHistory(clusterId, { range, node: null })}
          className="ml-auto rounded-sm text-accent underline underline-offset-2"
        >
          {t("all")}
        </PlaceLink>
      </div>
      <ChartGrid
        clusterId={clusterId}
        range={range}
        specs={specs}
        notes={{ capacity: <CapacityNote clusterId={clusterId} /> }}
      />
    </section>
  );
}
