"use client";

import { useTranslations } from "next-intl";
import { cn } from "@/components/ui/cn";
import { addressStretches, type AddressStretch } from "@/contract/address-plan";
import type { NetworkPlan } from "@/contract/network-plan";

/** The network's addresses as they follow each other: whose they are, the gaps between, and what two claim. */
export function AddressStrip({ plan, others }: { plan: NetworkPlan; others: readonly string[] }) {
  const t = useTranslations("deployment.networks");
  const stretches = addressStretches(plan, others);
  if (stretches.length < 2) return null;
  return (
    <ol aria-label={t("addressPlan")} className="flex flex-wrap gap-1 text-xs">
      {stretches.map((stretch) => (
        <Stretch key={stretch.from} stretch={stretch} />
      ))}
    </ol>
  );
}

function Stretch({ stretch: { from, until, count, claims } }: { stretch: AddressStretch }) {
  const t = useTranslations("deployment.networks");
  const says = claims.map((claim) => (claim.by === "node" ? claim.node : t(`claim.${claim.by}`)));
  const isConflict = claims.length > 1;
  const isGap = claims.length === 0;
  return (
    <li
      className={cn(
        "flex flex-col rounded-sm border px-2 py-0.5",
        isConflict && "border-failed-line bg-failed-soft text-failed",
        isGap && "border-dashed border-line text-muted",
        !isConflict && !isGap && "border-line bg-sunken",
      )}
    >
      <span className="font-mono">{from === until ? from : `${from} … .${until.split(".").at(-1)}`}</span>
      <span className="text-2xs">
        {isGap ? t("claim.gap", { count }) : isConflict ? t("claim.conflict", { both: says.join(" + ") }) : says[0]}
      </span>
    </li>
  );
}
