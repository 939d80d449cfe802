"use client";

import { useTranslations } from "next-intl";
import { severityMarks, useFindingText } from "@/components/network/use-finding-text";
import { StateMark } from "@/components/ui/state-mark";
import type { NetworkFinding } from "@/contract/network-check";

export interface FindingListProps {
  findings: readonly NetworkFinding[];
  /** Without what to do, where there is room for a line only. */
  short?: boolean;
}

/** What is wrong, the cause before its consequences, and what to do. */
export function FindingList({ findings, short = false }: FindingListProps) {
  const t = useTranslations("network");
  const { text, advice } = useFindingText();
  return (
    <ul className="flex flex-col gap-2.5">
      {findings.map((finding) => (
        <li key={`${finding.code} ${finding.network ?? ""} ${finding.nodes.join(" ")} ${finding.device ?? ""}`}>
          <p className="flex items-start gap-2">
            <StateMark
              state={severityMarks[finding.severity]}
              label={t(`severity.${finding.severity}`)}
              labelHidden
              size="md"
              className="mt-0.5"
            />
            <span className="min-w-0">
              <span className="font-medium text-pretty">{text(finding)}</span>
              {!short && <span className="block text-muted text-pretty">{advice(finding)}</span>}
            </span>
          </p>
        </li>
      ))}
    </ul>
  );
}
