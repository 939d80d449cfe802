"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { headlineMarks } from "@/components/cluster/marks";
import { runLockShown } from "@/components/cluster/run-locks";
import { useFactText } from "@/components/cluster/use-fact-text";
import { paths } from "@/components/client/paths";
import { useBelievedStatus } from "@/components/cluster/use-believed-status";
import { PanelClock } from "@/components/shell/panel-clock";
import { TimeAge } from "@/components/shell/time-age";
import { Badge } from "@/components/ui/badge";
import { StateMark } from "@/components/ui/state-mark";
import { Cell, RowHeader } from "@/components/ui/table";
import { clusterHeadline } from "@/contract/cluster-headline";
import type { ClusterStatus } from "@/contract/cluster-status";
import { bracketName, openBrackets } from "@/contract/open-bracket";
import type { Observed } from "@/contract/observed";

export interface ClusterRowProps {
  cluster: { id: string; name: string; state: string; status: ClusterStatus };
  /** Browser's time when the list arrived. */
  receivedAtMs: number;
}

export function ClusterRow({ cluster, receivedAtMs }: ClusterRowProps) {
  const t = useTranslations("cluster.list");
  const text = useFactText();
  const clockOffsetMs = Date.parse(cluster.status.at) - receivedAtMs;
  const status = useBelievedStatus(cluster.status, clockOffsetMs);
  const headline = clusterHeadline(status);
  const members = status.nodes.map((node) => node.member);
  const alive = members.filter((member) => member.state === "known" && member.value === "alive").length;
  // The live status alone: a list of clusters does not ask their platforms and records.
  const brackets = openBrackets(status, null);
  const lock = runLockShown(status);
  return (
    <PanelClock offsetMs={clockOffsetMs}>
      <tr>
        <RowHeader className="whitespace-normal">
          <Link href={paths.cluster(cluster.id)} className="rounded-sm text-accent underline underline-offset-2">
            {cluster.name}
          </Link>
          {cluster.state === "being-deployed" && (
            <Badge tone="accent" className="ml-2">
              {t("beingDeployed")}
            </Badge>
          )}
        </RowHeader>
        <Cell className="min-w-64">
          <StateMark state={headlineMarks[headline.tone]} label={text.headline(headline).title} />
        </Cell>
        <Cell className="whitespace-nowrap">
          {members.every((member) => member.state === "unknown") ? (
            <Unknown />
          ) : (
            t("nodesValue", { alive, total: members.length })
          )}
        </Cell>
        <Cell>
          {orUnknown(status.leader, (leader) =>
            leader === null ? t("quorumNo") : t("quorumYes", { leader: leaderName(status, leader) }),
          )}
        </Cell>
        <Cell>
          <Storage status={status} />
        </Cell>
        <Cell>
          {brackets.length === 0 && lock === null && t("bracketsNone")}
          {brackets.map((bracket) => (
            <BracketName
              key={bracketName(bracket)}
              flags={bracket.flags.length === 0 ? null : bracket.flags}
              kind={bracket.kind}
            />
          ))}
          {lock !== null && <BracketName flags={null} kind={lock.kind} />}
        </Cell>
        <Cell className="whitespace-nowrap">
          <LastEvent status={status} />
        </Cell>
      </tr>
    </PanelClock>
  );
}

function Unknown() {
  const t = useTranslations("shell.state");
  return <StateMark state="unknown" label={t("unknown")} className="font-normal" />;
}

function orUnknown<T>(reading: Observed<T>, known: (value: T) => ReactNode): ReactNode {
  return reading.state === "known" ? known(reading.value) : <Unknown />;
}

function leaderName(status: ClusterStatus, leader: string): string {
  const ip = leader.split(":")[0];
  const isLeader = (node: ClusterStatus["nodes"][number]) =>
    node.address === ip || (node.suite.state === "known" && node.suite.value?.ip === ip);
  return status.nodes.find(isLeader)?.name ?? leader;
}

function Storage({ status }: { status: ClusterStatus }) {
  const t = useTranslations("cluster");
  const { bytes } = useFactText();
  return orUnknown(status.ha, (ha) =>
    orUnknown(ha.ceph, (ceph) => (
      <>
        {t(`ceph.health.${ceph.health}`)}
        {ceph.bytes.total > 0 && (
          <span className="block text-xs text-muted">
            {t("list.storageUsed", {
              percent: Math.round((ceph.bytes.used / ceph.bytes.total) * 100),
              total: bytes(ceph.bytes.total),
            })}
          </span>
        )}
      </>
    )),
  );
}

function BracketName({ kind, flags }: { kind: string; flags: readonly string[] | null }) {
  const t = useTranslations("cluster.list.bracket");
  return (
    <Badge tone="needs-you" className="mr-1">
      {flags?.join(", ") ?? t(kind)}
    </Badge>
  );
}

function LastEvent({ status }: { status: ClusterStatus }) {
  const t = useTranslations("cluster");
  return orUnknown(status.ha, ({ history }) => {
    const newest = history.toSorted((a, b) => b.at.localeCompare(a.at))[0];
    if (newest === undefined) return <span className="text-muted">{t("list.noEvent")}</span>;
    return (
      <>
        {t(`history.kinds.${newest.kind}`)} · {newest.node}
        <span className="block">
          <TimeAge at={newest.at} />
        </span>
      </>
    );
  });
}
