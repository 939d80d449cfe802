"use client";

import { useTranslations } from "next-intl";
import { useCopyLabels } from "@/components/shell/use-copy-labels";
import { useSentence } from "@/components/shell/use-sentence";
import { Badge } from "@/components/ui/badge";
import { CommandList } from "@/components/ui/command-list";
import { Panel } from "@/components/ui/panel";
import { clusterCell, type PlannedStep } from "@/contract/run";

/** The plan as it will run: steps in order, the exact commands of each inside. */
export function PlannedSteps({ steps }: { steps: readonly PlannedStep[] }) {
  const t = useTranslations("deployment.review");
  const sentence = useSentence();
  const root = useTranslations();
  const copy = useCopyLabels();
  const stepTitle = (id: string) => {
    const key = `run.step.${id}`;
    return root.has(key) ? root(key) : id;
  };
  return (
    <Panel title={t("plan", { count: steps.length })} flush>
      <ol>
        {steps.map((step, at) => (
          <li key={step.id} className="border-b border-line last:border-b-0">
            <details>
              <summary className="flex cursor-pointer flex-wrap items-center gap-2 px-4 py-2 hover:bg-hover">
                <span className="w-6 text-right text-muted tabular-nums">{at + 1}</span>
                <span className="font-medium">{stepTitle(step.id)}</span>
                <span className="text-xs text-muted">
                  {step.cells.map((cell) => (cell === clusterCell ? root("run.cluster") : cell)).join(", ")}
                </span>
                {step.pointOfNoReturn && <Badge tone="needs-you">{t("noReturn")}</Badge>}
              </summary>
              <div className="flex flex-col gap-3 px-4 pb-3">
                {step.commands.length > 0 && (
                  <CommandList
                    label={stepTitle(step.id)}
                    commands={step.commands}
                    copyLabels={copy.one}
                    copyAllLabels={copy.all}
                  />
                )}
                {step.undo.kind === "none" ? (
                  <p className="text-xs text-muted">{t("noUndo", { because: sentence(step.undo.because) })}</p>
                ) : (
                  <CommandList
                    label={t("undo")}
                    commands={step.undo.commands}
                    copyLabels={copy.one}
                    copyAllLabels={copy.all}
                  />
                )}
              </div>
            </details>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
