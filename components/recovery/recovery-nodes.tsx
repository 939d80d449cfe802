"use client";

import { useTranslations } from "next-intl";
import { faultMarks } from "@/components/recovery/recovery-words";
import { useSentence } from "@/components/shell/use-sentence";
import { Panel } from "@/components/ui/panel";
import { StateMark } from "@/components/ui/state-mark";
import type { SeenNode } from "@/contract/recovery";

/** What is seen of each node, and from where. */
export function RecoveryNodes({ nodes }: { nodes: readonly SeenNode[] }) {
  const t = useTranslations("recovery");
  const sentence = useSentence();
  return (
    <Panel title={t("nodes")} flush>
      <ul>
        {nodes.map(({ node, fault, sentence: said }) => (
          <li key={node} className="flex flex-col border-line px-4 py-2 not-last:border-b">
            <StateMark state={faultMarks[fault]} label={`${node}: ${t(`fault.${fault}`)}`} />
            <span className="pl-5 text-xs text-muted">{sentence(said)}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
