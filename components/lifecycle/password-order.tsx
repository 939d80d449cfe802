"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { LifecycleOrder } from "@/components/lifecycle/lifecycle-order";
import { RadioCards } from "@/components/ui/radio-cards";
import type { ClusterStatus } from "@/contract/cluster-status";

const choices = ["random", "default"] as const;

export function PasswordOrder({ status, mayOperate }: { status: ClusterStatus; mayOperate: boolean }) {
  const t = useTranslations("lifecycle.password");
  const [to, setTo] = useState<(typeof choices)[number]>("random");
  return (
    <LifecycleOrder clusterId={status.clusterId} wish={{ kind: "reset-password", to }} mayOperate={mayOperate}>
      <RadioCards
        legend={t("legend")}
        value={to}
        onValueChange={(value) => setTo(value === "default" ? "default" : "random")}
        cards={choices.map((value) => ({ value, label: t(`${value}.label`), description: t(`${value}.what`) }))}
      />
    </LifecycleOrder>
  );
}
