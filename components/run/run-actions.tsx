"use client";

import { useMutation } from "@tanstack/react-query";
import { CirclePause, CirclePlay, CircleX, Hand, RotateCcw, Undo2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useTRPC } from "@/components/client/trpc";
import type { CellPlace } from "@/components/run/current-cell";
import type { Me } from "@/components/run/me";
import { UndoWithout } from "@/components/run/undo-without";
import { useRunWords } from "@/components/run/run-words";
import { useErrorText } from "@/components/shell/error-report";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import type { Plan, RunRequest } from "@/contract/run";
import { mayRequest, stillChanged } from "@/contract/run-actions";
import type { RunProgress } from "@/contract/run-progress";

export interface RunActionsProps {
  runId: string;
  plan: Plan;
  progress: RunProgress;
  selected: CellPlace | null;
  me: Me;
}

/** Every button is always there; one that cannot be used says why, by the predicate the server asks too. */
export function RunActions({ runId, plan, progress, selected, me }: RunActionsProps) {
  const t = useTranslations("run.action");
  const words = useRunWords();
  const errorText = useErrorText();
  const [confirming, setConfirming] = useState<"undo" | "cancel" | "take" | null>(null);
  const trpc = useTRPC();
  const close = { onSettled: () => setConfirming(null) };
  const pause = useMutation(trpc.run.pause.mutationOptions());
  const resume = useMutation(trpc.run.resume.mutationOptions());
  const retry = useMutation(trpc.run.retryStep.mutationOptions());
  const undo = useMutation(trpc.run.undo.mutationOptions(close));
  const cancel = useMutation(trpc.run.cancel.mutationOptions(close));
  const take = useMutation(trpc.run.take.mutationOptions(close));
  const failed = [pause, resume, retry, undo, cancel, take].find(({ error }) => error !== null);

  const reason = (request: RunRequest["request"]): string | null => {
    if (!me.mayOperate) return t("needsOperator");
    const at = request === "retry" ? selected : null;
    const wanted = { request, step: at?.step ?? null, cell: at?.cell ?? null, actor: me.username };
    return words.refusal(mayRequest(plan, progress, wanted));
  };
  const standsStill = progress.state === "parked" || progress.state === "undo-failed";
  const left = stillChanged(plan, progress);
  const undoable = left
    .filter((change) => plan.steps.find(({ id }) => id === change.step)?.undo.kind === "commands")
    .toReversed();

  return (
    <>
      <div className="flex flex-wrap gap-2">
        <Button disabledReason={reason("pause")} pending={pause.isPending} onClick={() => pause.mutate({ runId })}>
          <CirclePause aria-hidden />
          {t("pause")}
        </Button>
        <Button
          variant={progress.state === "parked" ? "primary" : "secondary"}
          disabledReason={reason("resume")}
          pending={resume.isPending}
          onClick={() => resume.mutate({ runId })}
        >
          <CirclePlay aria-hidden />
          {t("resume")}
        </Button>
        <Button
          disabledReason={reason("retry")}
          pending={retry.isPending}
          onClick={() => selected !== null && retry.mutate({ runId, ...selected })}
        >
          <RotateCcw aria-hidden />
          {t("retry")}
        </Button>
        <Button disabledReason={reason("undo")} pending={undo.isPending} onClick={() => setConfirming("undo")}>
          <Undo2 aria-hidden />
          {t("undo")}
        </Button>
        <UndoWithout {...{ runId, plan, progress, me }} />
        <Button disabledReason={reason("cancel")} pending={cancel.isPending} onClick={() => setConfirming("cancel")}>
          <CircleX aria-hidden />
          {standsStill ? t("close") : t("cancel")}
        </Button>
        <Button disabledReason={reason("take")} pending={take.isPending} onClick={() => setConfirming("take")}>
          <Hand aria-hidden />
          {t("take")}
        </Button>
      </div>
      {failed !== undefined && (
        <Banner tone="failed" title={t("refused")} alert>
          {errorText(failed.error)}
        </Banner>
      )}
      {confirming === "take" && (
        <ConfirmDialog
          open
          onOpenChange={() => setConfirming(null)}
          title={t("takeTitle", { holder: progress.holder ?? "" })}
          consequence={t("takeMeans", { holder: progress.holder ?? "" })}
          confirmLabel={t("take")}
          cancelLabel={t("keep")}
          closeLabel={t("keep")}
          pending={take.isPending}
          onConfirm={() => take.mutate({ runId })}
        />
      )}
      {(confirming === "undo" || confirming === "cancel") && (
        <ConfirmDialog
          open
          onOpenChange={() => setConfirming(null)}
          title={confirming === "undo" ? t("undoTitle") : standsStill ? t("closeTitle") : t("cancelTitle")}
          consequence={
            <>
              <p>{confirming === "undo" ? t("undoMeans") : standsStill ? t("closeMeans") : t("cancelMeans")}</p>
              <ul className="max-h-48 list-disc overflow-auto pt-2 pl-5">
                {(confirming === "undo" ? undoable : left).map(({ step, cell }) => (
                  <li key={`${step}/${cell}`}>
                    {words.step(step)} · {words.cell(cell)}
                  </li>
                ))}
              </ul>
              {left.length === 0 && <p className="pt-2 text-muted">{t("nothingChanged")}</p>}
            </>
          }
          confirmLabel={confirming === "undo" ? t("undo") : standsStill ? t("close") : t("cancel")}
          cancelLabel={t("keep")}
          closeLabel={t("keep")}
          danger
          pending={undo.isPending || cancel.isPending}
          onConfirm={() => (confirming === "undo" ? undo : cancel).mutate({ runId })}
        />
      )}
    </>
  );
}
