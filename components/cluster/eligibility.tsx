"use client";

import { useTranslations } from "next-intl";
import { useSentence } from "@/components/shell/use-sentence";
import { StateMark } from "@/components/ui/state-mark";
import type { HaService } from "@/contract/ha-status";

/** May this node run the management VM, and if not, why. */
export function Eligibility({ service }: { service: HaService }) {
  const t = useTranslations("cluster.ha");
  const sentence = useSentence();
  if (service.state === "stopped") return <StateMark state="failed" label={t("eligibleNoService")} />;
  if (service.eligible === null) return <StateMark state="unknown" label={t("eligibleUnknown")} />;
  if (service.eligible) return <StateMark state="done" label={t("eligible")} className="font-normal text-ink" />;
  const because = sentence.all(service.ineligibleBecause);
  return <StateMark state="needs-you" label={t("notEligible", { because })} />;
}
