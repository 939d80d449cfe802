"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { runLockShown } from "@/components/cluster/run-locks";
import { paths } from "@/components/client/paths";
import { LeftOnBanners } from "@/components/cluster/left-on-banners";
import { useTimeText } from "@/components/shell/use-time-text";
import { Banner } from "@/components/ui/banner";
import type { ClusterStatus } from "@/contract/cluster-status";

/** What somebody switched on and nobody has switched off, and who is changing the cluster now. */
export function BracketBanners({ status }: { status: ClusterStatus }) {
  return (
    <>
      <LeftOnBanners clusterId={status.clusterId} />
      <RunLockBanner status={status} />
    </>
  );
}

function RunLockBanner({ status }: { status: ClusterStatus }) {
  const t = useTranslations("cluster.bracket");
  const { absolute } = useTimeText();
  const lock = runLockShown(status);
  if (lock === null) return null;
  const since = t("since", { since: absolute(lock.since) });
  if (lock.kind === "command-lock")
    return (
      <Banner tone="note" title={t("command-lock", { command: lock.command })} aside={since}>
        {t("command-lockText", { actor: lock.actor, place: lock.place })}
      </Banner>
    );
  return (
    <Banner
      tone="note"
      title={
        <Link href={paths.run(lock.runId)} className="underline underline-offset-2">
          {t("run-lock")}
        </Link>
      }
      aside={since}
    >
      {t("run-lockText", { actor: lock.actor })}
    </Banner>
  );
}
