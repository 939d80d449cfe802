"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useTRPC } from "@/components/client/trpc";
import { useErrorText } from "@/components/shell/error-report";
import { useSentence } from "@/components/shell/use-sentence";
import { Banner } from "@/components/ui/banner";
import { Panel } from "@/components/ui/panel";
import { Skeleton } from "@/components/ui/skeleton";
import { StateMark } from "@/components/ui/state-mark";
import { Cell, HeaderCell, RowHeader, Table, TableBody, TableHead } from "@/components/ui/table";
import type { Observed } from "@/contract/observed";
import type { SuiteBuild } from "@/contract/suite-version";

/** Versions change a few times a year; an upgrade has its own page. */
const refreshMs = 30_000;

/** Per node what is in place and what it could go back to, and what this panel would bring. */
export function SuiteVersions({ clusterId }: { clusterId: string }) {
  const t = useTranslations("lifecycle.versions");
  const shell = useTranslations("shell");
  const errorText = useErrorText();
  const suite = useQuery(useTRPC().lifecycle.suite.queryOptions({ clusterId }, { refetchInterval: refreshMs }));
  if (suite.error !== null && suite.data === undefined)
    return (
      <Banner tone="unknown" stateLabel={shell("state.unknown")} title={t("unreadable")}>
        {errorText(suite.error)}
      </Banner>
    );
  if (suite.data === undefined) return <Skeleton className="h-32" />;
  const { nodes, bundle } = suite.data;
  return (
    <Panel
      title={t("title")}
      aside={t("bundle", { version: bundle.version, commit: bundle.commit.slice(0, 12) })}
      flush
    >
      <Table caption={t("title")}>
        <TableHead>
          <HeaderCell>{t("node")}</HeaderCell>
          <HeaderCell>{t("installed")}</HeaderCell>
          <HeaderCell>{t("kept")}</HeaderCell>
        </TableHead>
        <TableBody>
          {Object.entries(nodes).map(([node, { installed, kept }]) => (
            <tr key={node}>
              <RowHeader>{node}</RowHeader>
              <Cell>
                <Build reading={installed} />
              </Cell>
              <Cell>
                <Build reading={kept} />
              </Cell>
            </tr>
          ))}
        </TableBody>
      </Table>
    </Panel>
  );
}

function Build({ reading }: { reading: Observed<SuiteBuild | null> }) {
  const t = useTranslations("lifecycle.versions");
  const sentence = useSentence();
  if (reading.state === "unknown") return <StateMark state="unknown" label={sentence(reading.reason)} />;
  if (reading.value === null) return <span className="text-muted">{t("none")}</span>;
  const { version, commit } = reading.value;
  return (
    <span>
      {version} <code className="text-2xs text-muted">{commit.slice(0, 12)}</code>
    </span>
  );
}
