"use client";

import { useTranslations } from "next-intl";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";

/** A page that could not be drawn. What happened is in the panel's log under the digest: the browser gets no internals. */
export default function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  const t = useTranslations("shell.error");
  return (
    <EmptyState
      headingLevel={1}
      title={t("title")}
      action={
        <Button variant="primary" onClick={reset}>
          {t("retry")}
        </Button>
      }
    >
      <p>{t("advice")}</p>
      {error.digest && <p className="pt-1 font-mono text-xs">{t("reference", { digest: error.digest })}</p>}
    </EmptyState>
  );
}
