"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { LifecycleOrder } from "@/components/lifecycle/lifecycle-order";
import { RadioCards } from "@/components/ui/radio-cards";
import type { ClusterStatus } from "@/contract/cluster-status";

const choices = ["keep", "delete"] as const;
const stays = ["image", "pool", "networks", "consul", "logs", "panel"] as const;

export function UninstallOrder({ status, mayOperate }: { status: ClusterStatus; mayOperate: boolean }) {
  const t = useTranslations("lifecycle.uninstall");
  const [image, setImage] = useState<(typeof choices)[number]>("keep");
  return (
    <LifecycleOrder
      clusterId={status.clusterId}
      wish={{ kind: "uninstall-suite", deleteImage: image === "delete" }}
      mayOperate={mayOperate}
    >
      <div>
        <p className="font-medium">{t("stays.title")}</p>
        <ul className="list-disc pl-5 text-muted">
          {stays
            .filter((what) => what !== "image" || image === "keep")
            .map((what) => (
              <li key={what}>{t(`stays.${what}`)}</li>
            ))}
        </ul>
      </div>
      <RadioCards
        legend={t("legend")}
        value={image}
        onValueChange={(value) => setImage(value === "delete" ? "delete" : "keep")}
        cards={choices.map((value) => ({ value, label: t(`${value}.label`), description: t(`${value}.what`) }))}
      />
    </LifecycleOrder>
  );
}
