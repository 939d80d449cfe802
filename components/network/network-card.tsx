"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { paths } from "@/components/client/paths";
import { useTRPC } from "@/components/client/trpc";
import { FindingList } from "@/components/network/finding-list";
import { useErrorText } from "@/components/shell/error-report";
import { PlaceLink } from "@/components/shell/place-link";
import { TimeAge } from "@/components/shell/time-age";
import { buttonStyles } from "@/components/ui/button-styles";
import { Panel } from "@/components/ui/panel";
import { Skeleton } from "@/components/ui/skeleton";
import { StateMark } from "@/components/ui/state-mark";
import { missedChecksUntilStale } from "@/contract/network-check";

/** The server checks every few minutes; this only looks what it found. */
const refreshMs = 30_000;
/** The rest is one click away. */
const shownFindings = 3;

/** Of the standing network check on the dashboard: what it found, and when. */
export function NetworkCard({ clusterId }: { clusterId: string }) {
  const t = useTranslations("network");
  const errorText = useErrorText();
  const verdict = useQuery(useTRPC().network.verdict.queryOptions({ clusterId }, { refetchInterval: refreshMs }));
  const found = verdict.data?.newest ?? null;
  return (
    <Panel
      title={t("card.title")}
      aside={
        <>
          {found !== null && verdict.data !== undefined && (
            <TimeAge at={found.at} staleAfterSeconds={verdict.data.everySeconds * missedChecksUntilStale} />
          )}
          <PlaceLink href={paths.clusterNetworks(clusterId)} className={buttonStyles({ variant: "quiet", size: "sm" })}>
            {t("card.open")}
          </PlaceLink>
        </>
      }
    >
      <div aria-live="polite" className="flex flex-col gap-2">
        {verdict.isPending && <Skeleton className="h-6" />}
        {verdict.error !== null && (
          <StateMark state="unknown" label={errorText(verdict.error)} className="font-normal" />
        )}
        {verdict.data !== undefined && found === null && (
          <StateMark state="unknown" label={t("check.notYet")} className="font-normal" />
        )}
        {found?.findings.length === 0 && <StateMark state="done" label={t("card.clean")} />}
        {found !== null && found.findings.length > 0 && (
          <FindingList findings={found.findings.slice(0, shownFindings)} short />
        )}
        {found !== null && found.findings.length > shownFindings && (
          <p className="pl-6 text-xs text-muted">{t("card.more", { count: found.findings.length - shownFindings })}</p>
        )}
      </div>
    </Panel>
  );
}
