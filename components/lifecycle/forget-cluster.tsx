"use client";

import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { paths } from "@/components/client/paths";
import { useTRPC } from "@/components/client/trpc";
import { useErrorText } from "@/components/shell/error-report";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { Panel } from "@/components/ui/panel";
import type { ClusterStatus } from "@/contract/cluster-status";

/** The panel lets go of a cluster: after an uninstallation, or because another panel looks after it. */
export function ForgetCluster({ status, mayOperate }: { status: ClusterStatus; mayOperate: boolean }) {
  const t = useTranslations("lifecycle.forget");
  const lifecycle = useTranslations("lifecycle");
  const shell = useTranslations("shell");
  const errorText = useErrorText();
  const router = useRouter();
  const [isAsking, setAsking] = useState(false);
  const forget = useMutation(
    useTRPC().adoption.forget.mutationOptions({ onSuccess: () => router.push(paths.clusters()) }),
  );
  const { clusterId, name: word } = status;
  return (
    <Panel title={t("title")}>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="max-w-prose text-muted">{t("what")}</p>
        <Button
          variant="danger"
          disabledReason={mayOperate ? null : lifecycle("needsOperator")}
          onClick={() => setAsking(true)}
        >
          {t("start")}
        </Button>
      </div>
      <ConfirmDialog
        open={isAsking}
        onOpenChange={setAsking}
        danger
        title={t("title")}
        consequence={
          <>
            <p>{t("consequence")}</p>
            {forget.error !== null && <p className="pt-2 text-failed">{errorText(forget.error)}</p>}
          </>
        }
        confirmLabel={t("start")}
        cancelLabel={shell("cancel")}
        closeLabel={shell("close")}
        pending={forget.isPending || forget.isSuccess}
        typed={{ word, label: lifecycle("typeWord", { word }), mismatchReason: lifecycle("typeMismatch") }}
        onConfirm={() => forget.mutate({ clusterId, confirmation: word })}
      />
    </Panel>
  );
}
