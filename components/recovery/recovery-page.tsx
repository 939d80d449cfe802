"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { BracketBanners } from "@/components/cluster/bracket-banners";
import { HeadlineBanner } from "@/components/cluster/headline-banner";
import { LiveCluster } from "@/components/cluster/live-cluster";
import { paths } from "@/components/client/paths";
import { useTRPC } from "@/components/client/trpc";
import { DestroyedPanel } from "@/components/recovery/destroyed-panel";
import { RecoveryNodes } from "@/components/recovery/recovery-nodes";
import { type RecoverySight, situationBanners } from "@/components/recovery/recovery-words";
import { RecoveryStepList } from "@/components/recovery/recovery-step-list";
import { useErrorText } from "@/components/shell/error-report";
import { PageHeader } from "@/components/shell/page-header";
import { TimeAge } from "@/components/shell/time-age";
import { useSentence } from "@/components/shell/use-sentence";
import { Banner } from "@/components/ui/banner";
import { buttonStyles } from "@/components/ui/button-styles";
import { Panel } from "@/components/ui/panel";
import { Skeleton } from "@/components/ui/skeleton";
import { clusterHeadline } from "@/contract/cluster-headline";
import type { ClusterStatus } from "@/contract/cluster-status";

/** The others and the management controllers are asked for it. Shorter asks them all day; longer shows a lit lamp too late. */
const refreshMs = 5_000;

/** Something broke: what it is, what HA did about it, and the manual's steps, each looked at as it is now. */
export function RecoveryPage({ clusterId }: { clusterId: string }) {
  return <LiveCluster clusterId={clusterId}>{(status) => <Guide status={status} />}</LiveCluster>;
}

function Guide({ status }: { status: ClusterStatus }) {
  const t = useTranslations("recovery");
  const shell = useTranslations("shell.state");
  const errorText = useErrorText();
  const { clusterId } = status;
  const sight = useQuery(useTRPC().recovery.sight.queryOptions({ clusterId }, { refetchInterval: refreshMs }));
  return (
    <>
      <PageHeader
        title={t("title", { cluster: status.name })}
        note={t("note")}
        actions={
          <Link href={paths.clusterMaintenance(clusterId)} className={buttonStyles({ variant: "secondary" })}>
            {t("maintenance")}
          </Link>
        }
      />
      <div className="flex flex-col gap-4">
        <HeadlineBanner headline={clusterHeadline(status)} />
        {sight.error !== null && (
          <Banner tone="unknown" stateLabel={shell("unknown")} title={t("unreadable")}>
            {errorText(sight.error)}
          </Banner>
        )}
        {sight.data === undefined ? (
          sight.isPending && <Skeleton className="h-56" />
        ) : (
          <Situation clusterId={clusterId} sight={sight.data} />
        )}
        <BracketBanners status={status} />
        <DestroyedPanel nodes={status.nodes.length} isNear={sight.data?.majorityLost ?? false} />
      </div>
    </>
  );
}

function Situation({ clusterId, sight }: { clusterId: string; sight: RecoverySight }) {
  const t = useTranslations("recovery");
  const shell = useTranslations("shell.state");
  const sentence = useSentence();
  const { code, guide, subjects, ha, action, steps, at } = sight;
  const tone = situationBanners[code];
  const facts = { nodes: subjects.join(", "), count: subjects.length };
  return (
    <>
      <Banner
        tone={tone}
        {...(tone === "note" ? {} : { stateLabel: shell(tone === "good" ? "done" : tone) })}
        title={t(`situation.${code}.title`, facts)}
        aside={
          <>
            {guide !== null && <span className="mr-2">{t("guide", { section: t(`section.${guide}`) })}</span>}
            {t("read")} <TimeAge at={at} />
          </>
        }
      >
        <p>{t(`situation.${code}.text`, facts)}</p>
        {subjects.length > 0 && <p className="text-ink">{sentence(ha)}</p>}
      </Banner>
      {steps.length > 0 && (
        <Panel title={t("steps")} flush>
          <RecoveryStepList steps={steps} />
        </Panel>
      )}
      {action !== null && (
        <Panel title={t("do")}>
          <p className="pb-3 text-muted">{t(`action.${action.kind}`, facts)}</p>
          <Link href={paths.clusterMaintenance(clusterId, action)} className={buttonStyles({ variant: "primary" })}>
            {t(`begin.${action.kind}`, facts)}
          </Link>
        </Panel>
      )}
      <RecoveryNodes nodes={sight.nodes} />
    </>
  );
}
