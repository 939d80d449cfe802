"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { reportOfError } from "@/components/client/error-report";
import { useTRPC } from "@/components/client/trpc";
import { NoSuchCluster } from "@/components/cluster/no-such-cluster";
import { ConfigEditor } from "@/components/config/config-editor";
import { ConfigHistory } from "@/components/config/config-history";
import { ConfigView } from "@/components/config/config-view";
import { useErrorText } from "@/components/shell/error-report";
import { Skeleton } from "@/components/ui/skeleton";
import { serialiseConfig } from "@/contract/config-text";

/** A configuration changes a few times a year; while somebody reads it, half a minute is soon enough. */
const configRefreshMs = 30_000;

interface Opened {
  text: string;
  reason: string;
}

export function ConfigPage({ clusterId, mayOperate }: { clusterId: string; mayOperate: boolean }) {
  const t = useTranslations("shell");
  const errorText = useErrorText();
  const trpc = useTRPC();
  const [opened, setOpened] = useState<Opened | null>(null);
  const config = useQuery(trpc.cluster.config.queryOptions({ clusterId }, { refetchInterval: configRefreshMs }));
  const summary = useQuery(trpc.cluster.get.queryOptions({ clusterId }));
  if (reportOfError(summary.error)?.code === "not-found") return <NoSuchCluster error={summary.error} />;
  if (config.isPending || summary.isPending)
    return (
      <div aria-busy className="flex flex-col gap-4">
        <h1 className="sr-only">{t("loading")}</h1>
        <Skeleton className="h-8 w-56" />
        <Skeleton className="h-96" />
      </div>
    );
  const at = (ms: number) => new Date(ms).toISOString();
  const base = config.data ?? null;
  return (
    <ConfigView
      clusterName={summary.data?.name ?? ""}
      published={config.data}
      at={at(config.dataUpdatedAt)}
      // What was read before stays on the page, with its age, when it cannot be read again.
      unread={config.error === null ? null : { why: errorText(config.error), at: at(config.errorUpdatedAt) }}
      onEdit={() => base !== null && setOpened({ text: serialiseConfig(base.config), reason: "" })}
      history={<ConfigHistory clusterId={clusterId} now={base?.config ?? null} onRestore={setOpened} />}
    >
      {opened !== null && base !== null && (
        <ConfigEditor
          // Another version to restore is another beginning.
          key={opened.text}
          clusterId={clusterId}
          base={base}
          opened={opened}
          mayOperate={mayOperate}
          onClose={() => setOpened(null)}
        />
      )}
    </ConfigView>
  );
}
