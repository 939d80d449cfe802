"use client";

import { useQuery } from "@tanstack/react-query";
import { Download, LifeBuoy } from "lucide-react";
import Link from "next/link";
import { useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { memo, useCallback, useEffect, useMemo, useState } from "react";
import { reportOfError } from "@/components/client/error-report";
import { paths } from "@/components/client/paths";
import { useTRPC } from "@/components/client/trpc";
import { NoSuchCluster } from "@/components/cluster/no-such-cluster";
import { FolderPanel } from "@/components/logs/folder-panel";
import { asText, isSkip } from "@/components/logs/log-buffer";
import { LogFilters } from "@/components/logs/log-filters";
import { type LogLook, lookFromQuery, queryOfLook } from "@/components/logs/log-filter-query";
import { LogList } from "@/components/logs/log-list";
import { NodeStandings } from "@/components/logs/node-standings";
import { SearchOutcome } from "@/components/logs/search-outcome";
import { useLogSearch } from "@/components/logs/use-log-search";
import { useLogStream } from "@/components/logs/use-log-stream";
import { PageHeader } from "@/components/shell/page-header";
import { saveText } from "@/components/shell/save-text";
import { StreamLost } from "@/components/shell/stream-lost";
import { useBytesText } from "@/components/shell/use-bytes-text";
import { Button } from "@/components/ui/button";
import { buttonStyles } from "@/components/ui/button-styles";
import { Checkbox } from "@/components/ui/checkbox";
import { passes } from "@/contract/log-line";

// Eight batches of lines arrive a second: what they do not change is not drawn again for them.
const StillFilters = memo(LogFilters);
const StillFolders = memo(FolderPanel);

/** All nodes' logs as one, live; and a search that goes through every file the nodes keep. */
export function LogsPage({ clusterId }: { clusterId: string }) {
  const t = useTranslations("logs");
  const shell = useTranslations("shell");
  const bytes = useBytesText();
  const summary = useQuery(useTRPC().cluster.get.queryOptions({ clusterId }));
  const query = useSearchParams();
  const [look, setLook] = useState<LogLook>(() => lookFromQuery(new URLSearchParams(query)));
  const [wraps, setWraps] = useState(false);
  const { buffer, nodes, lostAtMs, refilter } = useLogStream(clusterId, look.filter);
  const search = useLogSearch(clusterId);
  const { run, reset } = search;
  // A link to a search runs it; what is typed later runs when it is asked for.
  useEffect(() => void run(lookFromQuery(new URLSearchParams(window.location.search))), [run]);

  const change = useCallback(
    (next: LogLook): void => {
      const asked = next.search !== null && (next.search !== look.search || next.filter === look.filter);
      setLook(next);
      if (next.filter !== look.filter) refilter(next.filter);
      if (asked) run(next);
      if (next.search === null) reset();
      const text = queryOfLook(next);
      window.history.replaceState(null, "", `${paths.clusterLogs(clusterId)}${text === "" ? "" : `?${text}`}`);
    },
    [look, refilter, run, reset, clusterId],
  );
  const isLive = look.search === null;
  const rows = isLive ? buffer.shown : (search.answer?.lines ?? []).filter((line) => passes(line, look.filter));
  const name = summary.data?.name ?? "";
  const known = summary.data?.nodes;
  const nodeNames = useMemo(() => known?.map((node) => node.name) ?? [], [known]);
  const { families: seen } = buffer;
  const { files: chosen } = look.filter;
  const families = useMemo(() => [...new Set([...seen, ...(chosen ?? [])])].toSorted(), [seen, chosen]);
  const save = (): void =>
    saveText(
      `${name}-logs.log`,
      asText(rows, (row) => t("skipped", { size: bytes(row.skippedBytes), file: row.file, node: row.node })),
    );
  const empty = isLive
    ? nodes === null
      ? shell("loading")
      : buffer.all.length === 0
        ? t("nothingYet")
        : t("nothingPasses")
    : search.isPending
      ? t("searching")
      : t("nothingFound");
  if (reportOfError(summary.error)?.code === "not-found") return <NoSuchCluster error={summary.error} />;
  return (
    <>
      <PageHeader
        title={t("title", { cluster: name })}
        note={t("note")}
        actions={
          <>
            <Link href={paths.clusterBundle(clusterId)} className={buttonStyles({ variant: "secondary" })}>
              <LifeBuoy aria-hidden />
              {t("bundle")}
            </Link>
            <Button disabledReason={rows.length === 0 ? t("nothingToSave") : null} onClick={save}>
              <Download aria-hidden />
              {t("save")}
            </Button>
          </>
        }
      />
      <div className="flex flex-col gap-4">
        <StreamLost lostAtMs={lostAtMs}>{t("lostMeans")}</StreamLost>
        {isLive && nodes !== null && <NodeStandings nodes={nodes} />}
        {!isLive && (
          <SearchOutcome
            answer={search.answer}
            error={search.error}
            searching={search.isPending}
            onOlder={() => search.older(look)}
            onLive={() => change({ ...look, search: null })}
          />
        )}
        <section
          aria-label={t("list")}
          aria-busy={isLive && nodes === null ? true : undefined}
          className="flex h-[max(26rem,calc(100dvh-17rem))] flex-col overflow-hidden rounded-lg border border-line bg-panel"
        >
          <StillFilters
            look={look}
            onChange={change}
            nodes={nodeNames}
            families={families}
            searching={search.isPending}
          />
          <LogList
            key={look.search ?? "live"}
            rows={rows}
            passed={buffer.passed}
            live={isLive}
            wraps={wraps}
            empty={empty}
          />
          <footer className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 border-t border-line px-4 py-1.5 text-xs text-muted">
            <span>
              {t("shown", { count: rows.filter((row) => !isSkip(row)).length })}
              {isLive && buffer.letGo > 0 && ` · ${t("letGo", { count: buffer.letGo })}`}
            </span>
            <Checkbox label={t("wrap")} checked={wraps} onCheckedChange={setWraps} />
          </footer>
        </section>
        <StillFolders clusterId={clusterId} />
      </div>
    </>
  );
}
