"use client";

import { useTranslations } from "next-intl";
import { powerOffMarks } from "@/components/cluster/marks";
import { useSentence } from "@/components/shell/use-sentence";
import { StateMark } from "@/components/ui/state-mark";
import type { NodeStatus } from "@/contract/cluster-status";
import type { powerOffLight } from "@/contract/power-off-light";

export interface PowerOffVerdictProps {
  node: NodeStatus;
  verdict: ReturnType<typeof powerOffLight>;
  /** Read out when it changes: where a person waits for it. */
  announced?: boolean;
}

/** The light: may this node be switched off now, and every reason why not. */
export function PowerOffVerdict({ node, verdict: { light, reasons }, announced = false }: PowerOffVerdictProps) {
  const t = useTranslations("cluster.powerOff");
  const sentence = useSentence();
  const isOff = node.link.state === "known" && !node.link.value.reachable;
  return (
    <div className="rounded-md border border-line bg-sunken px-3 py-2" aria-live={announced ? "polite" : undefined}>
      <StateMark state={powerOffMarks[light]} label={light === "safe" && isOff ? t("safeOff") : t(light)} />
      {reasons.length > 0 && (
        <ul className="mt-1 list-disc pl-5 text-xs text-muted">
          {reasons.map((reason) => (
            <li key={reason.code}>{sentence(reason.sentence)}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
