"use client";

import { useTranslations } from "next-intl";
import { NumberField, TextField } from "@/components/deployment/draft-fields";
import { RadioCards } from "@/components/ui/radio-cards";
import type { StoragePlan } from "@/contract/deployment";

/** What both ways to a Ceph ask. `onChange` keeps the rest of the plan. */
export type PoolPart = Pick<StoragePlan, "pool" | "pgNum" | "media">;
interface PoolFieldProps {
  storage: PoolPart;
  onChange: (part: Partial<PoolPart>) => void;
}

export function PoolNameField({ storage, onChange }: PoolFieldProps) {
  const t = useTranslations("deployment.storage");
  return (
    <TextField path="storage.pool" label={t("poolName")} value={storage.pool} onValue={(pool) => onChange({ pool })} />
  );
}

export function PgNumField({ storage, onChange, className = "" }: PoolFieldProps & { className?: string }) {
  const t = useTranslations("deployment.storage");
  return (
    <NumberField
      path="storage.pgNum"
      label={t("pgNum")}
      help={t("pgNumHelp")}
      className={className}
      value={storage.pgNum}
      onValue={(pgNum) => onChange({ pgNum })}
    />
  );
}

export function MediaChoice({ storage, onChange }: PoolFieldProps) {
  const t = useTranslations("deployment.storage");
  return (
    <RadioCards
      legend={t("media")}
      value={storage.media}
      onValueChange={(value) => onChange({ media: value === "all-flash" ? "all-flash" : "hybrid" })}
      cards={[
        { value: "hybrid", label: t("hybrid"), description: t("hybridHelp") },
        { value: "all-flash", label: t("allFlash"), description: t("allFlashHelp") },
      ]}
    />
  );
}
