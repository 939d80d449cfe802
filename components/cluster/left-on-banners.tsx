"use client";

import type { inferRouterOutputs } from "@trpc/server";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useFormatter, useTranslations } from "next-intl";
import { memo } from "react";
import { paths } from "@/components/client/paths";
import { useTRPC } from "@/components/client/trpc";
import { EndBracketButton } from "@/components/cluster/end-bracket-button";
import { useErrorText } from "@/components/shell/error-report";
import { TimeAge } from "@/components/shell/time-age";
import { Banner } from "@/components/ui/banner";
import { buttonStyles } from "@/components/ui/button-styles";
import { wholeCluster } from "@/contract/maintenance-subject";
import { bracketName } from "@/contract/open-bracket";
import type { AppRouter } from "@/server/router";

type Sight = inferRouterOutputs<AppRouter>["maintenance"]["brackets"];
export type SeenBracket = Sight["open"][number];

/** Ceph and the platform are asked for it. Shorter costs them more; longer shows too late that one was ended. */
const refreshMs = 15_000;

/** What is left on: since when, by whom as far as anybody noted it, and the button that ends it. */
export const LeftOnBanners = memo(function LeftOnBanners({ clusterId }: { clusterId: string }) {
  const t = useTranslations("maintenance.leftOn");
  const shell = useTranslations("shell.state");
  const format = useFormatter();
  const errorText = useErrorText();
  const sight = useQuery(useTRPC().maintenance.brackets.queryOptions({ clusterId }, { refetchInterval: refreshMs }));
  if (sight.error !== null)
    return (
      <Banner tone="unknown" stateLabel={shell("unknown")} title={t("unreadable")}>
        {errorText(sight.error)}
      </Banner>
    );
  if (sight.data === undefined) return null;
  const { open, unread, mayOperate } = sight.data;
  if (open.length === 0 && unread.length === 0) return null;
  return (
    <section aria-label={t("title")} aria-live="polite" className="flex flex-col gap-2">
      {open.map((bracket) => (
        <LeftOn key={bracketName(bracket)} clusterId={clusterId} bracket={bracket} mayOperate={mayOperate} />
      ))}
      {unread.length > 0 && (
        <p className="text-xs text-muted">
          {t("unread", { what: format.list(unread.map((kind) => t(`what.${kind}`))) })}
        </p>
      )}
    </section>
  );
});

function LeftOn({ clusterId, bracket, mayOperate }: { clusterId: string; bracket: SeenBracket; mayOperate: boolean }) {
  const t = useTranslations("maintenance.leftOn");
  const shell = useTranslations("shell.state");
  const { kind, node, flags, since, firstSeenAt, overdueSince, ending, record } = bracket;
  const late = overdueSince !== null;
  const shownAt = since ?? firstSeenAt;
  const what = kind === "maintenance" && node === null ? "shutdown" : kind;
  return (
    <Banner
      tone={late ? "failed" : "needs-you"}
      stateLabel={shell(late ? "failed" : "needs-you")}
      title={t(`title-of.${what}`, { node: node ?? "", flags: flags.join(", ") })}
      aside={
        shownAt === null ? (
          t("firstSight")
        ) : (
          <>
            {t(since === null ? "seen" : "since")} <TimeAge at={shownAt} />
          </>
        )
      }
      actions={
        record !== null ? (
          <Link
            href={paths.clusterMaintenance(clusterId, {
              kind: record.subject === wholeCluster ? "cluster-up" : "node-up",
              subject: record.subject,
            })}
            className={buttonStyles({ variant: "primary" })}
          >
            {t(record.subject === wholeCluster ? "endShutdown" : "endMaintenance")}
          </Link>
        ) : (
          ending !== null && <EndBracketButton {...{ clusterId, bracket, ending, mayOperate }} />
        )
      }
    >
      <p>
        {t(`means.${what}`)} <Author author={bracket.author} />
      </p>
      {late && <p className="text-ink">{t("late")}</p>}
    </Banner>
  );
}

function Author({ author }: { author: SeenBracket["author"] }) {
  const t = useTranslations("maintenance.leftOn");
  if (author.by === "unknown") return t("byUnknown");
  if (author.by === "order") return t("byOrder", { actor: author.actor });
  return (
    <>
      {author.actor === null ? t("byRun") : t("byRunOf", { actor: author.actor })}{" "}
      <Link href={paths.run(author.runId)} className="underline underline-offset-2">
        {t("run")}
      </Link>
    </>
  );
}
