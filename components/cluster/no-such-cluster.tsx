"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { reportOfError } from "@/components/client/error-report";
import { paths } from "@/components/client/paths";
import { useErrorText } from "@/components/shell/error-report";
import { buttonStyles } from "@/components/ui/button-styles";
import { EmptyState } from "@/components/ui/empty-state";

/** In place of a page whose cluster is not there, or of which nothing can be said. */
export function NoSuchCluster({ error }: { error: unknown }) {
  const t = useTranslations("cluster");
  const errorText = useErrorText();
  const missing = reportOfError(error)?.code === "not-found";
  return (
    <EmptyState
      headingLevel={1}
      title={missing ? t("dashboard.notFound") : t("dashboard.unreadable")}
      action={
        <Link href={paths.clusters()} className={buttonStyles({ variant: "primary" })}>
          {t("list.title")}
        </Link>
      }
    >
      {!missing && errorText(error)}
    </EmptyState>
  );
}
