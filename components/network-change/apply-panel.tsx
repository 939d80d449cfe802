"use client";

import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { paths } from "@/components/client/paths";
import { useTRPC } from "@/components/client/trpc";
import { useErrorText } from "@/components/shell/error-report";
import { useTimeText } from "@/components/shell/use-time-text";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { Field } from "@/components/ui/field";
import { Panel } from "@/components/ui/panel";
import { Select } from "@/components/ui/select";
import { rollbackSecondsDefault, rollbackSecondsMin } from "@/contract/net-apply";
import type { NetworkPlan } from "@/contract/network-plan";

/** Half a minute is short for LACP on a slow switch, and brings a node back soonest; more than five an operator waits in vain. */
const waits = [rollbackSecondsMin, 60, rollbackSecondsDefault, 300] as const;

export interface ApplyPanelProps {
  clusterId: string;
  clusterName: string;
  plans: readonly NetworkPlan[];
  notNow: string | null;
}

/** The way back first, then the button. What is applied is exactly what the preview showed. */
export function ApplyPanel({ clusterId, clusterName, plans, notNow }: ApplyPanelProps) {
  const t = useTranslations("network.change-page");
  const shell = useTranslations("shell");
  const errorText = useErrorText();
  const { duration } = useTimeText();
  const router = useRouter();
  const [seconds, setSeconds] = useState<number>(rollbackSecondsDefault);
  const [isAsking, setAsking] = useState(false);
  // One key per preview: a second click, or a repeated request, is the same change.
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const start = useMutation(
    useTRPC().network.start.mutationOptions({ onSuccess: ({ runId }) => router.push(paths.run(runId)) }),
  );
  return (
    <Panel title={t("apply")}>
      <div className="flex flex-col items-start gap-3">
        <p className="max-w-prose text-pretty">{t("wayBack")}</p>
        <Field label={t("rollback")} help={t("rollbackHelp")}>
          {(control) => (
            <Select
              {...control}
              className="w-48"
              value={String(seconds)}
              onChange={(event) => setSeconds(Number(event.target.value))}
              options={waits.map((wait) => ({ value: String(wait), label: duration(wait) }))}
            />
          )}
        </Field>
        <Button variant="danger" disabledReason={notNow} onClick={() => setAsking(true)}>
          {t("apply")}
        </Button>
      </div>
      <ConfirmDialog
        open={isAsking}
        onOpenChange={setAsking}
        danger
        title={t("confirmTitle", { cluster: clusterName })}
        consequence={
          <>
            <p>{t("consequence", { wait: duration(seconds) })}</p>
            {start.error !== null && <p className="pt-2 text-failed">{errorText(start.error)}</p>}
          </>
        }
        confirmLabel={t("apply")}
        cancelLabel={shell("cancel")}
        closeLabel={shell("close")}
        pending={start.isPending}
        typed={{ word: clusterName, label: t("typeWord", { word: clusterName }), mismatchReason: t("typeMismatch") }}
        onConfirm={() => start.mutate({ clusterId, networks: [...plans], rollbackSeconds: seconds, idempotencyKey })}
      />
    </Panel>
  );
}
