"use client";

import { useMutation } from "@tanstack/react-query";
import { Unplug } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useTRPC } from "@/components/client/trpc";
import type { Me } from "@/components/run/me";
import { useRunWords } from "@/components/run/run-words";
import { useErrorText } from "@/components/shell/error-report";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import type { Plan } from "@/contract/run";
import { lostNodes, mayRequest, undoneElsewhere } from "@/contract/run-actions";
import type { RunProgress } from "@/contract/run-progress";

export interface UndoWithoutProps {
  runId: string;
  plan: Plan;
  progress: RunProgress;
  me: Me;
}

/** One button per machine at which an undo stopped because nothing answers there: a person may call it gone for good. */
export function UndoWithout({ plan, progress, ...rest }: UndoWithoutProps) {
  return lostNodes(plan, progress).map((node) => (
    <UndoWithoutNode key={node} node={node} plan={plan} progress={progress} {...rest} />
  ));
}

function UndoWithoutNode({ runId, plan, progress, me, node }: UndoWithoutProps & { node: string }) {
  const t = useTranslations("run.action");
  const words = useRunWords();
  const errorText = useErrorText();
  const [isAsking, setAsking] = useState(false);
  const undo = useMutation(useTRPC().run.undoWithout.mutationOptions({ onSuccess: () => setAsking(false) }));
  const wanted = { request: "undo-without" as const, step: null, cell: node, actor: me.username };
  const reason = me.mayOperate ? words.refusal(mayRequest(plan, progress, wanted)) : t("needsOperator");
  const commands = undoneElsewhere(plan, progress, node);
  return (
    <>
      <Button variant="danger" disabledReason={reason} pending={undo.isPending} onClick={() => setAsking(true)}>
        <Unplug aria-hidden />
        {t("without", { node })}
      </Button>
      <ConfirmDialog
        open={isAsking}
        onOpenChange={setAsking}
        danger
        title={t("withoutTitle", { node })}
        consequence={
          <>
            <p>{t("withoutMeans", { node })}</p>
            {commands.length === 0 ? (
              <p className="pt-2 text-muted">{t("withoutNothing")}</p>
            ) : (
              <ul className="max-h-48 list-disc overflow-auto pt-2 pl-5">
                {commands.map((command) => (
                  <li key={`${command.node} ${command.text}`}>
                    {command.node}: <code className="font-mono break-all">{command.text}</code>
                  </li>
                ))}
              </ul>
            )}
            {undo.error !== null && <p className="pt-2 text-failed">{errorText(undo.error)}</p>}
          </>
        }
        confirmLabel={t("without", { node })}
        cancelLabel={t("keep")}
        closeLabel={t("keep")}
        pending={undo.isPending}
        typed={{ word: node, label: t("withoutType", { node }), mismatchReason: t("withoutMismatch") }}
        onConfirm={() => undo.mutate({ runId, node })}
      />
    </>
  );
}
