"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { LifecycleOrder } from "@/components/lifecycle/lifecycle-order";
import { useSentence } from "@/components/shell/use-sentence";
import { RadioCards } from "@/components/ui/radio-cards";
import type { ClusterStatus } from "@/contract/cluster-status";
import { targetReady } from "@/contract/lifecycle-guards";
import { migrationTarget } from "@/contract/maintenance-guards";

/** Every node as a target; one that cannot take the management VM says why. */
export function MigrateOrder({ status, mayOperate }: { status: ClusterStatus; mayOperate: boolean }) {
  const t = useTranslations("lifecycle.migrate");
  const sentence = useSentence();
  const { ha, owner } = status;
  const here = owner.state === "known" ? (owner.value?.node ?? "") : "";
  const [chosen, setChosen] = useState<string | null>(null);
  const target = chosen ?? (ha.state === "known" ? migrationTarget(ha.value, here) : null) ?? "";
  return (
    <LifecycleOrder clusterId={status.clusterId} wish={{ kind: "migrate-vm", target }} mayOperate={mayOperate}>
      <RadioCards
        legend={t("target")}
        columns={3}
        value={target}
        onValueChange={setChosen}
        cards={status.nodes.map(({ name }) => {
          const ready = targetReady({ ha }, name);
          return {
            value: name,
            label: name,
            ...(ready.state === "holds"
              ? { description: sentence(ready.sentence) }
              : { disabledReason: sentence(ready.sentence) }),
          };
        })}
      />
    </LifecycleOrder>
  );
}
