"use client";

import { useTranslations } from "next-intl";
import { memo } from "react";
import { headlineMarks } from "@/components/cluster/marks";
import { paths } from "@/components/client/paths";
import { useFactText } from "@/components/cluster/use-fact-text";
import { PlaceLink } from "@/components/shell/place-link";
import { cn } from "@/components/ui/cn";
import { StateMark } from "@/components/ui/state-mark";
import type { ClusterHeadline, HeadlineCode, HeadlineTone } from "@/contract/cluster-headline";

const grounds: Record<HeadlineTone, string> = {
  good: "border-good-line bg-good-soft",
  attention: "border-needs-line bg-needs-soft",
  failed: "border-failed-line bg-failed-soft",
  unknown: "border-dashed border-unknown-line bg-unknown-soft",
};

/** Something broke, or nobody can say: the recovery guide looks closer. */
const hasGuide: ReadonlySet<HeadlineCode> = new Set([
  "panel-network-suspect",
  "cluster-unreachable",
  "consul-no-leader",
  "storage-error",
  "management-vm-down",
  "management-vm-unknown",
  "node-down",
  "partly-unknown",
]);

export interface HeadlineBannerProps {
  headline: ClusterHeadline;
  guideHref?: string;
}

/** One sentence: how it is, and what to do. Changes are read out. */
export const HeadlineBanner = memo(function HeadlineBanner({ headline, guideHref }: HeadlineBannerProps) {
  const t = useTranslations();
  const text = useFactText().headline(headline);
  const mark = headlineMarks[headline.tone];
  // What is down on purpose says which run did it.
  const { runId } = headline.facts;
  return (
    <section
      aria-label={t("cluster.headline.label")}
      aria-live="polite"
      className={cn("flex items-start gap-3 rounded-lg border px-4 py-3", grounds[headline.tone])}
    >
      <StateMark state={mark} label={t(`shell.state.${mark}`)} labelHidden size="lg" className="mt-1" />
      <div className="min-w-0">
        <p className="text-lg font-semibold text-pretty">{text.title}</p>
        <p className="text-muted text-pretty">{text.advice}</p>
        {guideHref !== undefined && hasGuide.has(headline.code) && (
          <PlaceLink href={guideHref} className="text-accent underline underline-offset-2">
            {t("cluster.headline.guide")}
          </PlaceLink>
        )}
        {typeof runId === "string" && (
          <PlaceLink href={paths.run(runId)} className="text-accent underline underline-offset-2">
            {t("cluster.headline.run")}
          </PlaceLink>
        )}
      </div>
    </section>
  );
});
