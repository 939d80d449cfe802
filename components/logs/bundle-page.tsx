"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Download, Package } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { reportOfError } from "@/components/client/error-report";
import { paths } from "@/components/client/paths";
import { useTRPC } from "@/components/client/trpc";
import { useErrorText } from "@/components/shell/error-report";
import { NoSuchCluster } from "@/components/cluster/no-such-cluster";
import { PageHeader } from "@/components/shell/page-header";
import { TimeAge } from "@/components/shell/time-age";
import { useBytesText } from "@/components/shell/use-bytes-text";
import { useSentence } from "@/components/shell/use-sentence";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { buttonStyles } from "@/components/ui/button-styles";
import { Panel } from "@/components/ui/panel";
import { Skeleton } from "@/components/ui/skeleton";
import { type MarkState, StateMark } from "@/components/ui/state-mark";
import { Cell, HeaderCell, RowHeader, Table, TableBody, TableHead } from "@/components/ui/table";
import { type Bundle, bundleContents, type BundlePart } from "@/contract/bundle";

/** While it is collected somebody watches; afterwards nothing changes by itself. */
const watchMs = 1_000;
const restMs = 30_000;

const marks: Record<BundlePart["state"], MarkState> = {
  waiting: "pending",
  collecting: "running",
  done: "done",
  unknown: "unknown",
};

/** One file for whoever helps: what is in it, who did not answer, secrets taken out. */
export function BundlePage({ clusterId, mayOperate }: { clusterId: string; mayOperate: boolean }) {
  const t = useTranslations("bundle");
  const errorText = useErrorText();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const summary = useQuery(trpc.cluster.get.queryOptions({ clusterId }));
  const bundles = useQuery(
    trpc.bundle.list.queryOptions(
      { clusterId },
      {
        enabled: mayOperate,
        refetchInterval: ({ state }) =>
          state.data?.some((bundle) => bundle.state === "collecting") === true ? watchMs : restMs,
      },
    ),
  );
  const start = useMutation(
    trpc.bundle.start.mutationOptions({
      onSuccess: () => queries.invalidateQueries(trpc.bundle.list.queryFilter({ clusterId })),
    }),
  );
  const isCollecting = bundles.data?.some((bundle) => bundle.state === "collecting") ?? false;
  if (reportOfError(summary.error)?.code === "not-found") return <NoSuchCluster error={summary.error} />;
  return (
    <>
      <PageHeader
        title={t("title", { cluster: summary.data?.name ?? "" })}
        note={t("note")}
        actions={
          <>
            <Link href={paths.clusterLogs(clusterId)} className={buttonStyles({ variant: "secondary" })}>
              {t("logs")}
            </Link>
            <Button
              variant="primary"
              disabledReason={!mayOperate ? t("needsOperator") : isCollecting ? t("underWay") : null}
              pending={start.isPending}
              onClick={() => start.mutate({ clusterId })}
            >
              <Package aria-hidden />
              {t("make")}
            </Button>
          </>
        }
      />
      <div className="flex flex-col gap-4">
        {[start.error, bundles.error].map(
          (error, index) =>
            error !== null && (
              <Banner key={index === 0 ? "start" : "list"} tone="failed" title={t("failed")} alert>
                {errorText(error)}
              </Banner>
            ),
        )}
        {mayOperate && bundles.isPending && <Skeleton className="h-40" />}
        {bundles.data?.map((bundle) => (
          <BundlePanel key={bundle.id} bundle={bundle} />
        ))}
        <Panel title={t("inside")}>
          <ul className="grid list-disc gap-x-8 gap-y-1 pl-5 md:grid-cols-2">
            {bundleContents.map((content) => (
              <li key={content}>{t(`content.${content}`)}</li>
            ))}
          </ul>
          <p className="pt-3 text-muted">{t("scrubbed")}</p>
          <p className="text-muted">{t("bounded")}</p>
        </Panel>
      </div>
    </>
  );
}

function BundlePanel({ bundle }: { bundle: Bundle }) {
  const t = useTranslations("bundle");
  const sentence = useSentence();
  const bytes = useBytesText();
  const missing = bundle.parts.filter(({ state }) => state === "unknown");
  return (
    <Panel title={t("one", { actor: bundle.actor })} aside={<TimeAge at={bundle.startedAt} />} flush>
      <div className="flex flex-col gap-3 p-4 empty:hidden">
        {bundle.state === "failed" && (
          <Banner tone="failed" title={t("failed")} alert>
            {bundle.reason !== null && sentence(bundle.reason)}
          </Banner>
        )}
        {bundle.state === "ready" && (
          <Banner
            tone={missing.length === 0 ? "good" : "unknown"}
            stateLabel={t(missing.length === 0 ? "whole" : "partial")}
            title={t("ready", { size: bytes(bundle.bytes ?? 0), count: bundle.entries.length })}
            actions={
              <a href={paths.bundleFile(bundle.id)} download className={buttonStyles({ variant: "primary" })}>
                <Download aria-hidden />
                {t("download")}
              </a>
            }
          >
            {missing.length > 0 && t("missing", { nodes: missing.map(({ node }) => node ?? t("panel")).join(", ") })}
          </Banner>
        )}
      </div>
      <Table caption={t("parts")}>
        <TableHead>
          <HeaderCell>{t("from")}</HeaderCell>
          <HeaderCell>{t("state")}</HeaderCell>
          <HeaderCell numeric>{t("size")}</HeaderCell>
        </TableHead>
        <TableBody>
          {bundle.parts.map((part) => (
            <tr key={part.node ?? ""}>
              <RowHeader>{part.node ?? t("panel")}</RowHeader>
              <Cell>
                <StateMark state={marks[part.state]} label={t(`partState.${part.state}`)} />
                {part.doing !== null && <span className="pl-2 font-mono text-xs text-muted">{part.doing}</span>}
                {part.reason !== null && <span className="block text-muted">{sentence(part.reason)}</span>}
              </Cell>
              <Cell numeric>{bytes(part.bytes)}</Cell>
            </tr>
          ))}
        </TableBody>
      </Table>
      {bundle.state === "ready" && (
        <details className="px-4 py-3">
          <summary className="cursor-pointer rounded-sm font-medium">
            {t("list", { count: bundle.entries.length })}
          </summary>
          <ul className="pt-2 font-mono text-xs">
            {bundle.entries.map((entry) => (
              <li key={entry.path} className="flex flex-wrap justify-between gap-x-4">
                <span className="break-all">{entry.path}</span>
                <span className="text-muted">
                  {entry.isCut && `${t("cut")} · `}
                  {bytes(entry.bytes)}
                </span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </Panel>
  );
}
