"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { paths } from "@/components/client/paths";
import { useTRPC } from "@/components/client/trpc";
import { ConfigVersionDialog } from "@/components/config/config-version-dialog";
import { useErrorText } from "@/components/shell/error-report";
import { TimeAge } from "@/components/shell/time-age";
import { Badge } from "@/components/ui/badge";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Panel } from "@/components/ui/panel";
import { Skeleton } from "@/components/ui/skeleton";
import { Cell, HeaderCell, RowHeader, Table, TableBody, TableHead } from "@/components/ui/table";
import { configChanges } from "@/contract/config-change";
import type { ConfigHistoryEntry } from "@/contract/config-history";
import { parseConfigText } from "@/contract/config-text";
import type { HaConfig } from "@/contract/ha-config";

export interface ConfigHistoryProps {
  clusterId: string;
  /** What the cluster has; null: not known. */
  now: HaConfig | null;
  onRestore: (opened: { text: string; reason: string }) => void;
}

/** As often as the configuration itself is asked for. */
const refreshMs = 30_000;
const pathsShown = 3;

export function ConfigHistory({ clusterId, now, onRestore }: ConfigHistoryProps) {
  const t = useTranslations("config.history");
  const shell = useTranslations("shell");
  const errorText = useErrorText();
  const history = useQuery(
    useTRPC().lifecycle.configHistory.queryOptions({ clusterId }, { refetchInterval: refreshMs }),
  );
  const [compared, setCompared] = useState<ConfigHistoryEntry | null>(null);
  const entries = history.data?.entries ?? [];
  return (
    <Panel title={t("title")} flush>
      <p className="px-4 pt-3 pb-2 text-muted">{t("note")}</p>
      {history.error !== null && (
        <Banner tone="unknown" stateLabel={shell("state.unknown")} title={t("unread")} className="mx-4 mb-3">
          {errorText(history.error)}
        </Banner>
      )}
      {history.isPending && <Skeleton className="m-4 h-32" />}
      {history.data?.nodesSilent === true && <p className="px-4 pb-2 text-needs">{t("nodesSilent")}</p>}
      {history.data !== undefined && entries.length === 0 && <p className="p-4 text-muted">{t("none")}</p>}
      {entries.length > 0 && (
        <Table caption={t("title")}>
          <TableHead>
            <HeaderCell>{t("version")}</HeaderCell>
            <HeaderCell>{t("when")}</HeaderCell>
            <HeaderCell>{t("who")}</HeaderCell>
            <HeaderCell>{t("why")}</HeaderCell>
            <HeaderCell>{t("what")}</HeaderCell>
            <HeaderCell>{t("actions")}</HeaderCell>
          </TableHead>
          <TableBody>
            {entries.map((entry, at) => (
              <Row
                key={`${entry.version ?? ""} ${entry.runId ?? ""} ${entry.at}`}
                entry={entry}
                before={entries[at + 1] ?? null}
                isCurrent={entry.version !== null && entry.version === history.data?.current}
                onCompare={() => setCompared(entry)}
              />
            ))}
          </TableBody>
        </Table>
      )}
      {compared !== null && (
        <ConfigVersionDialog
          clusterId={clusterId}
          entry={compared}
          now={now}
          onClose={() => setCompared(null)}
          onRestore={(text) => {
            setCompared(null);
            const reason = compared.version === null ? "" : t("restores", { version: compared.version });
            onRestore({ text, reason });
          }}
        />
      )}
    </Panel>
  );
}

interface RowProps {
  entry: ConfigHistoryEntry;
  /** The one before it in time; null: none is known. */
  before: ConfigHistoryEntry | null;
  isCurrent: boolean;
  onCompare: () => void;
}

function Row({ entry, before, isCurrent, onCompare }: RowProps) {
  const t = useTranslations("config.history");
  const { version, at, source, actor, runId, reason } = entry;
  return (
    <tr>
      <RowHeader>
        <span className="tabular-nums">{version ?? t("unnumbered")}</span>{" "}
        {isCurrent && <Badge tone="accent">{t("current")}</Badge>}
      </RowHeader>
      <Cell>
        <TimeAge at={at} />
      </Cell>
      <Cell>
        {source === "outside" ? <Badge tone="needs-you">{t(`source.${source}`)}</Badge> : t(`source.${source}`)}
        {actor !== null && (
          <span className="block text-xs text-muted">
            {actor}
            {runId !== null && (
              <>
                {" · "}
                <Link href={paths.run(runId)} className="rounded-sm text-accent underline underline-offset-2">
                  {t("run")}
                </Link>
              </>
            )}
          </span>
        )}
      </Cell>
      <Cell>{reason === "" ? "–" : reason}</Cell>
      <Cell>
        <Changes entry={entry} before={before} />
      </Cell>
      <Cell>
        <Button size="sm" aria-label={t("compareVersion", { version: version ?? t("unnumbered") })} onClick={onCompare}>
          {t("compare")}
        </Button>
      </Cell>
    </tr>
  );
}

function configOf(entry: ConfigHistoryEntry | null): HaConfig | null {
  if (entry === null || entry.text === null) return null;
  const parsed = parseConfigText(entry.text);
  return parsed.kind === "config" ? parsed.config : null;
}

/** The names of the first few fields that differ from the version before. */
function Changes({ entry, before }: Pick<RowProps, "entry" | "before">) {
  const t = useTranslations("config.history");
  const [old, now] = [configOf(before), configOf(entry)];
  if (now === null || (before !== null && old === null)) return "–";
  if (old === null) return <span className="text-muted">{t("first")}</span>;
  const paths = configChanges(old, now).map(({ path }) => path);
  if (paths.length === 0) return <span className="text-muted">{t("same")}</span>;
  const shown = paths.slice(0, pathsShown).join(", ");
  const rest = paths.length - pathsShown;
  return <code className="text-xs">{rest > 0 ? t("more", { paths: shown, count: rest }) : shown}</code>;
}
