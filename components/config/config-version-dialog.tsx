"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useTRPC } from "@/components/client/trpc";
import { ConfigDiff } from "@/components/config/config-diff";
import { useErrorText } from "@/components/shell/error-report";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { FileDiff } from "@/components/ui/file-diff";
import { Skeleton } from "@/components/ui/skeleton";
import type { ConfigHistoryEntry } from "@/contract/config-history";
import { parseConfigText, serialiseConfig } from "@/contract/config-text";
import type { HaConfig } from "@/contract/ha-config";

export interface ConfigVersionDialogProps {
  clusterId: string;
  entry: ConfigHistoryEntry;
  /** What the cluster has; null: not known. */
  now: HaConfig | null;
  onClose: () => void;
  onRestore: (text: string) => void;
}

/** A former version beside what the cluster has; from here it can be restored, that is: changed to like any other. */
export function ConfigVersionDialog({ clusterId, entry, now, onClose, onRestore }: ConfigVersionDialogProps) {
  const t = useTranslations("config.history");
  const shell = useTranslations("shell");
  const errorText = useErrorText();
  const { version } = entry;
  const kept = useQuery(
    useTRPC().lifecycle.configBackup.queryOptions(
      { clusterId, version: version ?? 0 },
      { enabled: entry.text === null && version !== null, staleTime: Number.POSITIVE_INFINITY },
    ),
  );
  const text = entry.text ?? kept.data?.text ?? null;
  const parsed = text === null ? null : parseConfigText(text);
  const former = parsed?.kind === "config" ? parsed.config : null;
  const reason = former === null ? t("unreadable") : now === null ? t("noRestore") : null;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="lg"
      title={version === null ? t("title3") : t("title2", { version })}
      description={t("restoreMeans")}
      closeLabel={shell("close")}
      footer={
        <>
          <Button onClick={onClose}>{shell("close")}</Button>
          <Button
            variant="primary"
            disabledReason={reason}
            onClick={() => former !== null && onRestore(serialiseConfig(former))}
          >
            {t("restore")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {kept.error !== null && (
          <Banner tone="unknown" stateLabel={shell("state.unknown")} title={t("unreadable")}>
            {errorText(kept.error)}
          </Banner>
        )}
        {text === null && kept.isPending && <Skeleton className="h-48" />}
        {text !== null && former === null && <p className="text-needs">{t("unreadable")}</p>}
        {former !== null && now !== null && <ConfigDiff before={now} after={former} />}
        {former !== null && (
          <FileDiff
            label={t("text", { version: version ?? t("unnumbered") })}
            before={now === null ? null : serialiseConfig(now)}
            after={serialiseConfig(former)}
            signLabels={{ "+": t("added"), "-": t("removed") }}
          />
        )}
      </div>
    </Dialog>
  );
}
