"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { paths } from "@/components/client/paths";
import { useErrorText } from "@/components/shell/error-report";
import { buttonStyles } from "@/components/ui/button-styles";
import { EmptyState } from "@/components/ui/empty-state";
import { Skeleton } from "@/components/ui/skeleton";

export function DraftLoading() {
  const t = useTranslations("shell");
  return (
    <section aria-busy="true" aria-label={t("loading")} className="grid gap-6 lg:grid-cols-[14rem_1fr]">
      <Skeleton className="h-80" />
      <div className="flex flex-col gap-4">
        <Skeleton className="h-8 w-64" />
        <Skeleton className="h-60" />
      </div>
    </section>
  );
}

export function DraftUnreadable({ error }: { error: unknown }) {
  const t = useTranslations("deployment");
  const errorText = useErrorText();
  return (
    <EmptyState
      title={t("unreadable.title")}
      action={
        <Link href={paths.newCluster()} className={buttonStyles({ variant: "primary" })}>
          {t("unreadable.all")}
        </Link>
      }
    >
      {errorText(error)}
    </EmptyState>
  );
}
