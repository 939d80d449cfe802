"use client";

import { useTranslations } from "next-intl";
import { FindingList } from "@/components/network/finding-list";
import { useErrorText } from "@/components/shell/error-report";
import { TimeAge } from "@/components/shell/time-age";
import { Panel } from "@/components/ui/panel";
import { StateMark } from "@/components/ui/state-mark";
import { missedChecksUntilStale, newestCheck, type NetworkChecks } from "@/contract/network-check";

/** What the last check found, all networks together; duplicates and nodes that could not be asked belong to none of them. */
export function CheckCard({ checks, error }: { checks: NetworkChecks | null; error: unknown }) {
  const t = useTranslations("network.check");
  const errorText = useErrorText();
  const check = checks === null ? null : newestCheck(checks);
  return (
    <Panel
      title={t("title")}
      className="print:break-inside-avoid"
      aside={
        check !== null &&
        checks !== null && (
          <>
            {t(check.depth)}
            <TimeAge at={check.at} staleAfterSeconds={checks.everySeconds * missedChecksUntilStale} />
          </>
        )
      }
    >
      <div aria-live="polite" className="flex flex-col gap-2">
        {error !== null && error !== undefined && (
          <StateMark state="unknown" label={errorText(error)} className="font-normal" />
        )}
        {checks !== null && check === null && (
          <StateMark
            state="unknown"
            label={t(checks.running === null ? "notYet" : "running")}
            className="font-normal"
          />
        )}
        {check !== null && check.findings.length === 0 && <StateMark state="done" label={t("clean")} />}
        {check !== null && check.findings.length > 0 && <FindingList findings={check.findings} />}
        {checks !== null && (
          <p className="text-xs text-muted">{t("every", { minutes: Math.round(checks.everySeconds / 60) })}</p>
        )}
      </div>
    </Panel>
  );
}
