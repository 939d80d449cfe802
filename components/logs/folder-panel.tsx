"use client";

import { useQuery } from "@tanstack/react-query";
import { useFormatter, useTranslations } from "next-intl";
import { paths } from "@/components/client/paths";
import { useTRPC } from "@/components/client/trpc";
import { useErrorText } from "@/components/shell/error-report";
import { TimeAge, TimeAt } from "@/components/shell/time-age";
import { useBytesText } from "@/components/shell/use-bytes-text";
import { useSentence } from "@/components/shell/use-sentence";
import { Banner } from "@/components/ui/banner";
import { Panel } from "@/components/ui/panel";
import { Skeleton } from "@/components/ui/skeleton";
import { StateMark } from "@/components/ui/state-mark";
import { Cell, HeaderCell, RowHeader, Table, TableBody, TableHead } from "@/components/ui/table";
import { forecastLogs, type LogFolder } from "@/contract/log-folder";
import type { Observed } from "@/contract/observed";

/** Folders grow by megabytes an hour: often enough, and three short commands a minute for the cluster. */
const refreshMs = 60_000;
/** Sooner than this and nobody has planned for it. */
const fullSoonDays = 30;

/** What the logs take on each node's disk, how fast that grows, and every file to take away. */
export function FolderPanel({ clusterId }: { clusterId: string }) {
  const t = useTranslations("logs.folder");
  const errorText = useErrorText();
  const folders = useQuery(useTRPC().logs.folders.queryOptions({ clusterId }, { refetchInterval: refreshMs }));
  const nodes = Object.entries(folders.data ?? {});
  return (
    <Panel title={t("title")} flush>
      {folders.error !== null && (
        <Banner tone="unknown" stateLabel={t("unreadable")} title={t("unreadable")} className="m-4">
          {errorText(folders.error)}
        </Banner>
      )}
      {folders.isPending && <Skeleton className="m-4 h-24" />}
      {nodes.length > 0 && (
        <>
          <Table caption={t("title")}>
            <TableHead>
              <HeaderCell>{t("node")}</HeaderCell>
              <HeaderCell numeric>{t("size")}</HeaderCell>
              <HeaderCell numeric>{t("perDay")}</HeaderCell>
              <HeaderCell numeric>{t("perYear")}</HeaderCell>
              <HeaderCell numeric>{t("free")}</HeaderCell>
              <HeaderCell>{t("full")}</HeaderCell>
              <HeaderCell>{t("read")}</HeaderCell>
            </TableHead>
            <TableBody>
              {nodes.map(([node, folder]) => (
                <FolderRow key={node} node={node} folder={folder} />
              ))}
            </TableBody>
          </Table>
          <div className="flex flex-col gap-1 px-4 py-3">
            <p className="text-xs text-muted">{t("forecastMeans")}</p>
            {nodes.map(([node, folder]) => (
              <FileList key={node} clusterId={clusterId} node={node} folder={folder} />
            ))}
          </div>
        </>
      )}
    </Panel>
  );
}

function FolderRow({ node, folder }: { node: string; folder: Observed<LogFolder> }) {
  const t = useTranslations("logs.folder");
  const sentence = useSentence();
  const bytes = useBytesText();
  const format = useFormatter();
  if (folder.state === "unknown")
    return (
      <tr>
        <RowHeader>{node}</RowHeader>
        <Cell colSpan={5}>
          <StateMark state="unknown" label={sentence(folder.reason)} />
        </Cell>
        <Cell>
          <TimeAge at={folder.at} />
        </Cell>
      </tr>
    );
  const { freeBytes, diskBytes } = folder.value;
  const forecast = forecastLogs(folder.value, Date.parse(folder.at) + folder.value.clockOffsetMs);
  const days = forecast.daysUntilFull;
  const orUnknown = (value: number | null) => (value === null ? t("tooEarly") : bytes(value));
  return (
    <tr>
      <RowHeader>{node}</RowHeader>
      <Cell numeric>{bytes(forecast.bytes)}</Cell>
      <Cell numeric>{orUnknown(forecast.bytesPerDay)}</Cell>
      <Cell numeric>{orUnknown(forecast.bytesPerYear)}</Cell>
      <Cell numeric>
        {freeBytes === null || diskBytes === null
          ? t("tooEarly")
          : t("freeOf", { free: bytes(freeBytes), disk: bytes(diskBytes) })}
      </Cell>
      <Cell>
        {days === null ? (
          t("tooEarly")
        ) : (
          <StateMark
            state={days < fullSoonDays ? "needs-you" : "done"}
            label={days > 3650 ? t("notInYears") : t("inDays", { days: format.number(Math.floor(days)) })}
          />
        )}
      </Cell>
      <Cell>
        <TimeAge at={folder.at} />
      </Cell>
    </tr>
  );
}

function FileList({ clusterId, node, folder }: { clusterId: string; node: string; folder: Observed<LogFolder> }) {
  const t = useTranslations("logs.folder");
  const bytes = useBytesText();
  if (folder.state === "unknown" || folder.value.files.length === 0) return null;
  const files = folder.value.files.toSorted((a, b) => b.changedAtMs - a.changedAtMs);
  return (
    <details>
      <summary className="cursor-pointer rounded-sm font-medium">{t("files", { node, count: files.length })}</summary>
      <Table caption={t("files", { node, count: files.length })}>
        <TableHead>
          <HeaderCell>{t("file")}</HeaderCell>
          <HeaderCell numeric>{t("size")}</HeaderCell>
          <HeaderCell>{t("changed")}</HeaderCell>
        </TableHead>
        <TableBody>
          {files.map((file) => (
            <tr key={file.inode}>
              <RowHeader>
                <a
                  href={paths.logFile(clusterId, node, file.name)}
                  download
                  className="rounded-sm font-mono text-accent underline underline-offset-2"
                >
                  {file.name}
                </a>
              </RowHeader>
              <Cell numeric>{bytes(file.bytes)}</Cell>
              <Cell>
                <TimeAt at={new Date(file.changedAtMs).toISOString()} />
              </Cell>
            </tr>
          ))}
        </TableBody>
      </Table>
    </details>
  );
}
