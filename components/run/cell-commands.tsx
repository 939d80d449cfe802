"use client";

import { useTranslations } from "next-intl";
import { useCopyLabels } from "@/components/shell/use-copy-labels";
import { useSentence } from "@/components/shell/use-sentence";
import { CodeBlock } from "@/components/ui/code-block";
import { clusterCell, commandsOfCell, type PlannedCommand, type PlannedStep } from "@/contract/run";

/** The plan's commands for this cell, as shown before the run began, and those that take it back. */
export function CellCommands({ step, cell }: { step: PlannedStep; cell: string }) {
  const t = useTranslations("run.commands");
  const sentence = useSentence();
  const { one } = useCopyLabels();
  const ours = (commands: readonly PlannedCommand[]) => commandsOfCell(commands, cell);
  const planned = ours(step.commands);
  return (
    <details className="group">
      <summary className="cursor-pointer rounded-sm font-medium">{t("title", { count: planned.length })}</summary>
      <div className="flex flex-col gap-3 pt-2">
        {planned.length > 0 && <CodeBlock label={t("planned")} text={asText(planned, cell)} copyLabels={one} />}
        {step.undo.kind === "none" ? (
          <p className="text-muted">{t("noUndo", { because: sentence(step.undo.because) })}</p>
        ) : (
          ours(step.undo.commands).length > 0 && (
            <CodeBlock label={t("undo")} text={asText(ours(step.undo.commands), cell)} copyLabels={one} />
          )
        )}
      </div>
    </details>
  );
}

/** On the cluster's cell each block of a node is headed by a comment, so that the text can be pasted as it is. */
function asText(commands: readonly PlannedCommand[], cell: string): string {
  let node: string | null = null;
  return commands
    .flatMap((command) => {
      const isNew = cell === clusterCell && command.node !== node;
      node = command.node;
      return isNew ? [`# ${command.node}`, command.text] : [command.text];
    })
    .join("\n");
}
