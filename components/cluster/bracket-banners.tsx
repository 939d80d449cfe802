"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { type OpenBracket, openBrackets } from "@/components/cluster/open-brackets";
import { paths } from "@/components/client/paths";
import { TimeAge } from "@/components/shell/time-age";
import { useCopyLabels } from "@/components/shell/use-copy-labels";
import { useTimeText } from "@/components/shell/use-time-text";
import { Banner } from "@/components/ui/banner";
import { CopyButton } from "@/components/ui/copy-button";
import type { ClusterStatus } from "@/contract/cluster-status";

/** What somebody switched on for the whole cluster and nobody has switched off. */
export function BracketBanners({ status }: { status: ClusterStatus }) {
  const t = useTranslations("cluster.bracket");
  const brackets = openBrackets(status);
  if (brackets.length === 0) return null;
  return (
    <section aria-label={t("title")} className="flex flex-col gap-2">
      {brackets.map((bracket) => (
        <BracketBanner key={bracket.kind} bracket={bracket} />
      ))}
    </section>
  );
}

function BracketBanner({ bracket }: { bracket: OpenBracket }) {
  const t = useTranslations();
  const { absolute } = useTimeText();
  if (bracket.kind === "ceph-flags")
    return (
      <Banner
        tone="needs-you"
        stateLabel={t("shell.state.needs-you")}
        title={t("cluster.bracket.ceph-flags", { flags: bracket.flags.join(", ") })}
        aside={
          <>
            {t("cluster.bracket.seen")} <TimeAge at={bracket.seenAt} />
          </>
        }
      >
        {t("cluster.bracket.ceph-flagsText")}
        <EndedBy commands={bracket.endedBy} />
      </Banner>
    );
  const since = t("cluster.bracket.since", { since: absolute(bracket.since) });
  if (bracket.kind === "intent-stopped")
    return (
      <Banner
        tone="needs-you"
        stateLabel={t("shell.state.needs-you")}
        title={t("cluster.bracket.intent-stopped")}
        aside={since}
      >
        {t("cluster.bracket.intent-stoppedText", { actor: bracket.actor })}
        <EndedBy commands={bracket.endedBy} />
      </Banner>
    );
  if (bracket.kind === "command-lock")
    return (
      <Banner tone="note" title={t("cluster.bracket.command-lock", { command: bracket.command })} aside={since}>
        {t("cluster.bracket.command-lockText", { actor: bracket.actor, place: bracket.place })}
      </Banner>
    );
  return (
    <Banner
      tone="note"
      title={
        <Link href={paths.run(bracket.runId)} className="underline underline-offset-2">
          {t("cluster.bracket.run-lock")}
        </Link>
      }
      aside={since}
    >
      {t("cluster.bracket.run-lockText", { actor: bracket.actor })}
    </Banner>
  );
}

function EndedBy({ commands }: { commands: readonly string[] }) {
  const { one } = useCopyLabels();
  const text = commands.join("\n");
  return (
    <span className="mt-1 flex items-start gap-2">
      <code className="rounded-sm bg-panel px-2 py-1 font-mono text-xs whitespace-pre-wrap text-ink">{text}</code>
      <CopyButton text={`${text}\n`} labels={one} />
    </span>
  );
}
