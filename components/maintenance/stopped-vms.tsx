"use client";

import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { paths } from "@/components/client/paths";
import { useTRPC } from "@/components/client/trpc";
import { useErrorText } from "@/components/shell/error-report";
import { Button } from "@/components/ui/button";
import { Panel } from "@/components/ui/panel";
import { StateMark } from "@/components/ui/state-mark";
import type { Observed } from "@/contract/observed";

interface PlatformVms {
  readonly vms: readonly { readonly name: string; readonly state: string; readonly isNeverStop: boolean }[];
}

export interface StoppedVmsProps {
  clusterId: string;
  platform: Observed<PlatformVms | null> | null;
  mayOperate: boolean;
}

/** VMs that the platform leaves to a person: after a cold start each waits here for its start. */
export function StoppedVms({ clusterId, platform, mayOperate }: StoppedVmsProps) {
  const t = useTranslations("maintenance");
  const router = useRouter();
  const errorText = useErrorText();
  // One key per visit: a second click on the same VMs is the same run.
  const [visit] = useState(() => crypto.randomUUID());
  const start = useMutation(
    useTRPC().maintenance.startVms.mutationOptions({ onSuccess: ({ runId }) => router.push(paths.run(runId)) }),
  );
  if (platform?.state !== "known" || platform.value === null) return null;
  const stopped = platform.value.vms.filter(({ state, isNeverStop }) => state === "Stopped" && !isNeverStop);
  if (stopped.length === 0) return null;
  const reason = mayOperate ? null : t("needsOperator");
  const begin = (vms: string[]): void =>
    start.mutate({
      clusterId,
      vms,
      idempotencyKey: `${visit} ${vms.length === 1 ? vms[0] : vms.length}`.slice(0, 100),
    });
  const all = (
    <Button disabledReason={reason} pending={start.isPending} onClick={() => begin(stopped.map(({ name }) => name))}>
      {t("vms.startAll")}
    </Button>
  );
  return (
    <Panel title={t("vms.title")} aside={stopped.length > 1 && all} flush>
      <p className="px-4 pt-3 text-muted">{t("vms.text")}</p>
      {start.error !== null && <p className="px-4 pt-2 text-failed">{errorText(start.error)}</p>}
      <ul>
        {stopped.map(({ name }) => (
          <li key={name} className="flex items-center justify-between gap-3 border-line px-4 py-2 not-last:border-b">
            <StateMark state="not-needed" label={name} />
            <Button
              aria-label={t("vms.startOne", { vm: name })}
              disabledReason={reason}
              pending={start.isPending}
              onClick={() => begin([name])}
            >
              {t("vms.start")}
            </Button>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
