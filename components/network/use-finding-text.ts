"use client";

import { useTranslations } from "next-intl";
import { useSentence } from "@/components/shell/use-sentence";
import type { MarkState } from "@/components/ui/state-mark";
import { type NetworkCheck, type NetworkFinding, outsideCluster } from "@/contract/network-check";

export const severityMarks: Record<NetworkFinding["severity"], MarkState> = {
  error: "failed",
  warning: "needs-you",
  advice: "pending",
};

/** A finding in the reader's language: what is wrong and why, and what to do about it. */
export function useFindingText(reports?: NetworkCheck["reports"]) {
  const t = useTranslations("network");
  const sentence = useSentence();
  const values = ({ params, code, nodes, network }: NetworkFinding): NetworkFinding["params"] => {
    const said = { ...params };
    if (network !== null) said.network = t(`short.${network}`);
    if (params.holder === outsideCluster) said.holder = t("outside");
    if (typeof params.device === "string") said.device = params.device.replaceAll(" and ", t("and"));
    const report = reports?.[nodes[0] ?? ""];
    if (code === "node-silent" && report?.state === "unknown") said.reason = sentence(report.reason);
    return said;
  };
  return {
    text: (finding: NetworkFinding): string => t(`finding.${finding.code}`, values(finding)),
    advice: (finding: NetworkFinding): string => t(`advice.${finding.code}`),
  };
}
