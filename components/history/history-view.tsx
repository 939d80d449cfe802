"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter, useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { type ReactNode, useMemo } from "react";
import { paths } from "@/components/client/paths";
import { useTRPC } from "@/components/client/trpc";
import { CapacityNote } from "@/components/history/capacity-note";
import { ChartGrid } from "@/components/history/chart-grid";
import {
  capacityChart,
  haCharts,
  moreNodeComparison,
  nodeCharts,
  nodeComparison,
  panelCharts,
  storageCharts,
} from "@/components/history/history-charts";
import { RangePicker } from "@/components/history/range-picker";
import { useErrorText } from "@/components/shell/error-report";
import { PageHeader } from "@/components/shell/page-header";
import { Banner } from "@/components/ui/banner";
import { buttonStyles } from "@/components/ui/button-styles";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { Skeleton } from "@/components/ui/skeleton";
import { type HistoryRange, historyRangeNames } from "@/contract/history";

const clusterSpecs = [capacityChart, ...storageCharts, ...haCharts];

/** All charts of a cluster, or of one of its nodes. What is looked at stands in the address. */
export function HistoryView({ clusterId }: { clusterId: string }) {
  const t = useTranslations("history");
  const errorText = useErrorText();
  const query = useSearchParams();
  const router = useRouter();
  const summary = useQuery(useTRPC().cluster.get.queryOptions({ clusterId }));
  const range: HistoryRange = historyRangeNames.find((name) => name === query.get("range")) ?? "24h";
  if (summary.isError) return <Banner tone="unknown" title={errorText(summary.error)} />;
  if (summary.data === undefined) return <Skeleton className="h-96" />;
  const names = summary.data.nodes.map(({ name }) => name);
  const node = names.find((name) => name === query.get("node")) ?? null;
  const look = (change: { range?: HistoryRange; node?: string | null }) =>
    router.replace(paths.clusterHistory(clusterId, { range, node, ...change }), { scroll: false });
  return (
    <>
      <PageHeader
        title={t("title", { name: node ?? summary.data.name })}
        note={t("note")}
        actions={
          <Link href={paths.clusterEvents(clusterId)} className={buttonStyles({ variant: "secondary" })}>
            {t("events")}
          </Link>
        }
      />
      <div className="flex flex-wrap items-end gap-x-6 gap-y-3 pb-4">
        <RangePicker value={range} onChange={(next) => look({ range: next })} />
        <Field label={t("of")} className="w-56">
          {(control) => (
            <Select
              {...control}
              value={node ?? ""}
              onChange={(event) => look({ node: event.target.value === "" ? null : event.target.value })}
              options={[
                { value: "", label: t("wholeCluster") },
                ...names.map((name) => ({ value: name, label: name })),
              ]}
            />
          )}
        </Field>
      </div>
      {node === null ? (
        <WholeCluster clusterId={clusterId} range={range} nodes={names.join("\n")} />
      ) : (
        <OneNode clusterId={clusterId} range={range} node={node} />
      )}
    </>
  );
}

function WholeCluster({ clusterId, range, nodes }: { clusterId: string; range: HistoryRange; nodes: string }) {
  const t = useTranslations("history");
  const specs = useMemo(() => {
    const names = nodes.split("\n");
    return [...nodeComparison(names), ...moreNodeComparison(names)];
  }, [nodes]);
  const notes = { capacity: <CapacityNote clusterId={clusterId} /> };
  return (
    <div className="flex flex-col gap-6">
      <Section title={t("section.cluster")}>
        <ChartGrid clusterId={clusterId} range={range} specs={clusterSpecs} notes={notes} />
      </Section>
      <Section title={t("section.nodes")}>
        <ChartGrid clusterId={clusterId} range={range} specs={specs} />
      </Section>
      <Section title={t("section.panel")}>
        <ChartGrid clusterId={clusterId} range={range} specs={panelCharts} />
      </Section>
    </div>
  );
}

function OneNode({ clusterId, range, node }: { clusterId: string; range: HistoryRange; node: string }) {
  const specs = useMemo(() => nodeCharts(node), [node]);
  return <ChartGrid clusterId={clusterId} range={range} specs={specs} />;
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h2 className="pb-2 text-base font-semibold">{title}</h2>
      {children}
    </section>
  );
}
