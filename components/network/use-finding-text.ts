"use client";

import { useTranslations } from "next-intl";
import { useSentence } from "@/components/shell/use-sentence";
import type { MarkState } from "@/components/ui/state-mark";
import { type NetworkFinding, outsideCluster } from "@/contract/network-check";

export const severityMarks: Record<NetworkFinding["severity"], MarkState> = {
  error: "failed",
  warning: "needs-you",
  advice: "pending",
};

/** A finding in the reader's language: what is wrong and why, and what to do about it. */
export function useFindingText() {
  const t = useTranslations("network");
  const sentence = useSentence();
  const values = ({ params, network }: NetworkFinding): Record<string, string | number> => {
    const said = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, sentence.fact(value)]));
    if (typeof params.reason === "string") said.reason = sentence(params.reason);
    if (network !== null) said.network = t(`short.${network}`);
    if (params.holder === outsideCluster) said.holder = t("outside");
    if (typeof params.device === "string") said.device = params.device.replaceAll(" and ", t("and"));
    return said;
  };
  return {
    text: (finding: NetworkFinding): string => t(`finding.${finding.code}`, values(finding)),
    advice: (finding: NetworkFinding): string => t(`advice.${finding.code}`),
  };
}
