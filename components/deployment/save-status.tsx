"use client";

import { useTranslations } from "next-intl";
import { useDraft } from "@/components/deployment/draft-provider";
import { useErrorText } from "@/components/shell/error-report";
import { TimeAge } from "@/components/shell/time-age";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";

/** "Saved 3 s ago", or why not. Beside the title, so that it is never out of sight. */
export function SaveStatus() {
  const t = useTranslations("deployment.save");
  const errorText = useErrorText();
  const { status, saver } = useDraft();
  return (
    <span aria-live="polite" data-testid="save-status" className="flex items-center gap-2 text-xs text-muted">
      {status.kind === "saved" && (
        <span>
          {t("saved")} <TimeAge at={status.at.toISOString()} />
        </span>
      )}
      {(status.kind === "waiting" || status.kind === "saving") && <span>{t("saving")}</span>}
      {status.kind === "retrying" && (
        <span className="text-needs">
          {t("retrying", { reason: errorText(status.error), seconds: Math.round(status.retryInMs / 1000) })}
        </span>
      )}
      {status.kind === "refused" && (
        <span className="text-failed">{t("refused", { reason: errorText(status.error) })}</span>
      )}
      {(status.kind === "retrying" || status.kind === "refused") && (
        <Button size="sm" onClick={() => void saver.flush()}>
          {t("again")}
        </Button>
      )}
    </span>
  );
}

/** Another window saved the same part first. */
export function SaveConflict() {
  const t = useTranslations("deployment.save");
  const { conflict, saver } = useDraft();
  if (conflict === null) return null;
  return (
    <Banner
      alert
      tone="needs-you"
      stateLabel={t("needsYou")}
      title={t("conflict", { part: t(`part.${conflict.part}`) })}
      actions={
        <>
          <Button onClick={() => saver.takeTheirs()}>{t("theirs")}</Button>
          <Button variant="primary" onClick={() => saver.keepMine()}>
            {t("mine")}
          </Button>
        </>
      }
    >
      {t("conflictHelp")}
    </Banner>
  );
}
