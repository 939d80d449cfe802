"use client";

import { useTranslations } from "next-intl";
import { BootstrapForm } from "@/components/deployment/bootstrap-form";
import { useDraft } from "@/components/deployment/draft-provider";
import { ExistingCephForm } from "@/components/deployment/existing-ceph-form";
import { useFieldProblem } from "@/components/deployment/problem-text";
import { RadioCards } from "@/components/ui/radio-cards";
import { emptyExistingStorage, suggestBootstrap } from "@/contract/deployment-suggestions";

export function StoragePlace() {
  const t = useTranslations("deployment.storage");
  const { draft, saver } = useDraft();
  const missing = useFieldProblem("storage");
  const { storage } = draft;
  const choose = (mode: string) => {
    if (mode === storage?.mode) return;
    const facts = draft.nodes.flatMap((node) => node.facts ?? []);
    const value = mode === "existing" ? emptyExistingStorage(storage?.pool ?? "zstack") : suggestBootstrap(facts);
    saver.edit({ part: "storage", value });
  };
  return (
    <>
      <RadioCards
        legend={t("mode")}
        value={storage?.mode}
        onValueChange={choose}
        cards={[
          { value: "bootstrap", label: t("bootstrap"), description: t("bootstrapHelp") },
          { value: "existing", label: t("existing"), description: t("existingHelp") },
        ]}
      />
      {missing.error && <p className="text-xs text-failed">{missing.error}</p>}
      {storage?.mode === "bootstrap" && <BootstrapForm storage={storage} />}
      {storage?.mode === "existing" && <ExistingCephForm storage={storage} />}
    </>
  );
}
