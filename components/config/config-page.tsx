"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { ConfigEditor } from "@/components/config/config-editor";
import { ConfigView } from "@/components/config/config-view";
import { useTRPC } from "@/components/client/trpc";
import { useErrorText } from "@/components/shell/error-report";
import { Skeleton } from "@/components/ui/skeleton";
import { known, type Observed, unknown } from "@/contract/observed";
import type { HaConfig } from "@/contract/ha-config";

/** A configuration changes a few times a year; while somebody reads it, half a minute is soon enough. */
const configRefreshMs = 30_000;

export function ConfigPage({ clusterId, mayOperate }: { clusterId: string; mayOperate: boolean }) {
  const t = useTranslations("shell");
  const errorText = useErrorText();
  const trpc = useTRPC();
  const [isEditing, setEditing] = useState(false);
  const config = useQuery(trpc.cluster.config.queryOptions({ clusterId }, { refetchInterval: configRefreshMs }));
  const summary = useQuery(trpc.cluster.get.queryOptions({ clusterId }));
  if (config.isPending || summary.isPending)
    return (
      <div aria-busy className="flex flex-col gap-4">
        <h1 className="sr-only">{t("loading")}</h1>
        <Skeleton className="h-8 w-56" />
        <Skeleton className="h-96" />
      </div>
    );
  const published = summary.data?.status.config;
  const versionOf = (modifyIndex: number): number | null =>
    published?.state === "known" && published.value?.modifyIndex === modifyIndex ? published.value.version : null;
  const at = (ms: number) => new Date(ms).toISOString();
  const reading: Observed<{ version: number | null; config: HaConfig } | null> = config.isError
    ? unknown(errorText(config.error), at(config.errorUpdatedAt))
    : known(
        config.data === null ? null : { config: config.data.config, version: versionOf(config.data.version) },
        at(config.dataUpdatedAt),
      );
  const base = config.data ?? null;
  return (
    <ConfigView clusterName={summary.data?.name ?? ""} reading={reading} onEdit={() => setEditing(true)}>
      {isEditing && base !== null && (
        <ConfigEditor clusterId={clusterId} base={base} mayOperate={mayOperate} onClose={() => setEditing(false)} />
      )}
    </ConfigView>
  );
}
