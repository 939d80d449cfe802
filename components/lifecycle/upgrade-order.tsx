"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { LifecycleOrder } from "@/components/lifecycle/lifecycle-order";
import { RadioCards } from "@/components/ui/radio-cards";
import type { ClusterStatus } from "@/contract/cluster-status";
import { type HoldChoice, holdChoices, holdChoiceSchema } from "@/contract/lifecycle";

const sources = ["panel", "kept"] as const;
const ways = ["stays", "moves"] as const;

export function UpgradeOrder({ status, mayOperate }: { status: ClusterStatus; mayOperate: boolean }) {
  const t = useTranslations("lifecycle.upgrade");
  const [from, setFrom] = useState<(typeof sources)[number]>("panel");
  const [hold, setHold] = useState<HoldChoice>("first");
  const [way, setWay] = useState<(typeof ways)[number]>("stays");
  return (
    <LifecycleOrder
      clusterId={status.clusterId}
      wish={{ kind: "upgrade-suite", from, moveVmFirst: way === "moves", hold }}
      mayOperate={mayOperate}
    >
      <RadioCards
        legend={t("from.legend")}
        value={from}
        onValueChange={(value) => setFrom(value === "kept" ? "kept" : "panel")}
        cards={sources.map((value) => ({
          value,
          label: t(`from.${value}.label`),
          description: t(`from.${value}.what`),
        }))}
      />
      <RadioCards
        legend={t("hold.legend")}
        columns={3}
        value={hold}
        onValueChange={(value) => setHold(holdChoiceSchema.parse(value))}
        cards={holdChoices.map((value) => ({
          value,
          label: t(`hold.${value}.label`),
          description: t(`hold.${value}.what`),
        }))}
      />
      <RadioCards
        legend={t("way.legend")}
        value={way}
        onValueChange={(value) => setWay(value === "moves" ? "moves" : "stays")}
        cards={ways.map((value) => ({ value, label: t(`way.${value}.label`), description: t(`way.${value}.what`) }))}
      />
    </LifecycleOrder>
  );
}
