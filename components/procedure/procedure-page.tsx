"use client";

import { useQuery } from "@tanstack/react-query";
import { useLocale, useTranslations } from "next-intl";
import { useTRPC } from "@/components/client/trpc";
import { MarkdownText } from "@/components/procedure/markdown-text";
import { useErrorText } from "@/components/shell/error-report";
import { PageHeader } from "@/components/shell/page-header";
import { Banner } from "@/components/ui/banner";
import { EmptyState } from "@/components/ui/empty-state";
import { Skeleton } from "@/components/ui/skeleton";
import type { ProcedureKind } from "@/contract/run";
import { markdownBlocks } from "@/lib/markdown-blocks";

/** What a procedure does, what must hold, what each Undo restores and how to finish by hand: the text that ships with the panel. */
export function ProcedurePage({ kind }: { kind: ProcedureKind }) {
  const t = useTranslations("run.procedure");
  const shell = useTranslations("shell");
  const errorText = useErrorText();
  const locale = useLocale();
  const text = useQuery(useTRPC().procedure.text.queryOptions({ kind }, { staleTime: Number.POSITIVE_INFINITY }));
  return (
    <>
      <PageHeader title={shell(`runKind.${kind}`)} note={t("note")} />
      {text.error !== null && (
        <Banner tone="failed" stateLabel={shell("state.failed")} title={shell("error.title")}>
          {errorText(text.error)}
        </Banner>
      )}
      {text.isPending && <Skeleton className="h-96" />}
      {text.data === null && (
        <EmptyState headingLevel={2} title={t("none")}>
          {t("noneText")}
        </EmptyState>
      )}
      {typeof text.data === "string" && (
        <>
          {locale !== "en" && <p className="pb-3 text-muted">{t("english")}</p>}
          <article lang="en" className="flex max-w-5xl flex-col gap-3 rounded-lg border border-line bg-panel p-4">
            <MarkdownText blocks={markdownBlocks(text.data)} />
          </article>
        </>
      )}
    </>
  );
}
