"use client";

import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { paths } from "@/components/client/paths";
import { useTRPC } from "@/components/client/trpc";
import type { SeenBracket } from "@/components/cluster/left-on-banners";
import { MaintenanceGuardList } from "@/components/cluster/maintenance-guard-list";
import { useErrorText } from "@/components/shell/error-report";
import { useCopyLabels } from "@/components/shell/use-copy-labels";
import { useSentence } from "@/components/shell/use-sentence";
import { Button } from "@/components/ui/button";
import { CodeBlock } from "@/components/ui/code-block";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { allHold } from "@/contract/maintenance-guards";

export interface EndBracketButtonProps {
  clusterId: string;
  bracket: SeenBracket;
  ending: NonNullable<SeenBracket["ending"]>;
  mayOperate: boolean;
}

/** Ends it through a run, after showing what must hold and what would be typed. Held back: the button says by what. */
export function EndBracketButton({ clusterId, bracket, ending, mayOperate }: EndBracketButtonProps) {
  const t = useTranslations("maintenance");
  const shell = useTranslations("shell");
  const router = useRouter();
  const sentence = useSentence();
  const errorText = useErrorText();
  const copy = useCopyLabels();
  const [isAsking, setAsking] = useState(false);
  // One key per visit of the dialog: a second click is the same run.
  const [idempotencyKey, setKey] = useState("");
  const end = useMutation(
    useTRPC().maintenance.endBracket.mutationOptions({ onSuccess: ({ runId }) => router.push(paths.run(runId)) }),
  );
  const held = ending.guards.find(({ state }) => state !== "holds");
  const reason = !mayOperate ? t("needsOperator") : held === undefined ? null : sentence(held.sentence);
  const ask = (): void => {
    setKey(crypto.randomUUID());
    setAsking(true);
  };
  return (
    <>
      <Button variant="primary" disabledReason={reason} onClick={ask}>
        {t("leftOn.end")}
      </Button>
      <ConfirmDialog
        open={isAsking}
        onOpenChange={setAsking}
        title={t("leftOn.endTitle")}
        consequence={
          <div className="flex flex-col gap-2">
            <p>{t(`leftOn.ends.${ending.bracket.kind}`, { node: bracket.node ?? "" })}</p>
            <MaintenanceGuardList guards={ending.guards} />
            <CodeBlock
              label={t("leftOn.commands")}
              text={ending.commands.map(({ node, text }) => `${node}: ${text}`).join("\n")}
              copyLabels={copy.one}
            />
            {end.error !== null && <p className="text-failed">{errorText(end.error)}</p>}
          </div>
        }
        confirmLabel={t("leftOn.end")}
        cancelLabel={shell("cancel")}
        closeLabel={shell("close")}
        pending={end.isPending || !allHold(ending.guards)}
        onConfirm={() =>
          end.mutate({ clusterId, bracket: ending.bracket, factsDigest: ending.factsDigest, idempotencyKey })
        }
      />
    </>
  );
}
