"use client";

import { Activity } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import { paths } from "@/components/client/paths";
import type { ShellRun } from "@/components/shell/shell-data";
import { TimeAge } from "@/components/shell/time-age";
import { Button } from "@/components/ui/button";
import { Popover } from "@/components/ui/popover";
import { Progress } from "@/components/ui/progress";
import { type MarkState, StateMark } from "@/components/ui/state-mark";
import type { RunState } from "@/contract/run";

export const runMarks: Record<RunState, MarkState> = {
  planned: "pending",
  running: "running",
  pausing: "running",
  parked: "needs-you",
  cancelling: "running",
  succeeded: "done",
  cancelled: "not-needed",
  undoing: "running",
  undone: "not-needed",
  "undo-failed": "failed",
};

export interface RunsTrayProps {
  runs: readonly ShellRun[];
  /** Why they cannot be read. */
  unreadable: string | null;
}

export function RunsTray({ runs, unreadable }: RunsTrayProps) {
  const t = useTranslations("shell");
  const steps = useTranslations("run.step");
  const stepText = ({ fraction, step }: ShellRun): string => {
    const percent = `${Math.round(fraction * 100)} %`;
    return step === null ? percent : `${percent} · ${steps.has(step) ? steps(step) : step}`;
  };
  const waiting = runs.some((run) => runMarks[run.state] === "needs-you" || runMarks[run.state] === "failed");
  return (
    <Popover
      // Another page by a link in it: the card does not stay open over that.
      key={usePathname()}
      label={t("tray.label")}
      trigger={
        <Button variant="quiet" aria-label={t("tray.count", { count: runs.length })}>
          {runs.length === 0 ? (
            <Activity aria-hidden />
          ) : (
            <StateMark
              state={waiting ? "needs-you" : "running"}
              label={waiting ? t("runState.parked") : t("runState.running")}
              labelHidden
              size="md"
            />
          )}
          {runs.length > 0 && <span>{runs.length}</span>}
        </Button>
      }
    >
      <p className="engraved pb-2">{t("tray.label")}</p>
      {unreadable !== null && <p className="pb-2 text-unknown">{t("tray.unknown", { reason: unreadable })}</p>}
      {unreadable === null && runs.length === 0 && <p className="pb-2 text-muted">{t("tray.none")}</p>}
      <ul className="flex flex-col">
        {runs.map((run) => (
          <li key={run.id}>
            <Link href={paths.run(run.id)} className="-mx-1 flex flex-col rounded-md px-1 py-1.5 hover:bg-hover">
              <span className="flex items-baseline justify-between gap-2">
                <span className="truncate font-medium">
                  {t.has(`runKind.${run.kind}`) ? t(`runKind.${run.kind}`) : run.kind}
                  {run.clusterName && ` · ${run.clusterName}`}
                </span>
                <TimeAge at={run.at} />
              </span>
              <StateMark state={runMarks[run.state]} label={t(`runState.${run.state}`)} className="text-xs" />
              <Progress
                label={t("tray.progress", { run: t.has(`runKind.${run.kind}`) ? t(`runKind.${run.kind}`) : run.kind })}
                fraction={run.fraction}
                text={stepText(run)}
                className="pt-1"
              />
            </Link>
          </li>
        ))}
      </ul>
      <Link href={paths.runs()} className="mt-1 inline-block rounded-sm text-accent underline underline-offset-2">
        {t("tray.all")}
      </Link>
    </Popover>
  );
}
