"use client";

import { useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { useCallback } from "react";
import { paths } from "@/components/client/paths";
import { useLostMs } from "@/components/shell/use-stream-loss";
import { CellDetail } from "@/components/run/cell-detail";
import { type CellPlace, currentCell } from "@/components/run/current-cell";
import { noLines } from "@/components/run/log-lines";
import type { Me } from "@/components/run/me";
import { NewPassword } from "@/components/run/new-password";
import { RunActions } from "@/components/run/run-actions";
import { RunAnnouncer } from "@/components/run/run-announcer";
import { RunGrid } from "@/components/run/run-grid";
import { RunHead } from "@/components/run/run-head";
import { RunStanding } from "@/components/run/run-standing";
import { useRunFeed } from "@/components/run/use-run-feed";
import { usePanelClockOffset } from "@/components/shell/panel-clock";
import { StreamLost } from "@/components/shell/stream-lost";
import { Button } from "@/components/ui/button";
import { Panel } from "@/components/ui/panel";
import { useNow } from "@/components/ui/use-now";
import { isRunActive, type Plan } from "@/contract/run";
import type { RunHistory } from "@/contract/run-history";
import { cellKey, cellOf } from "@/contract/run-progress";

export interface RunViewProps {
  runId: string;
  plan: Plan;
  /** Number of the newest event when the page was opened. */
  knownSeq: number;
  me: Me;
  history: RunHistory;
}

export function RunView({ runId, plan, knownSeq, me, history }: RunViewProps) {
  const t = useTranslations("run");
  const { progress, logs, raw, latest, lostAtMs } = useRunFeed(runId, plan);
  const [chosen, choose] = useChosenCell(runId, plan);
  const offsetMs = usePanelClockOffset();
  const browserNowMs = useNow();
  const isLost = useLostMs(lostAtMs) > 0;
  // Nothing is known since the stream broke off: what runs must not seem to go on before somebody says so.
  const seenMs = isLost ? lostAtMs : browserNowMs;
  const nowMs = seenMs === null ? null : seenMs + offsetMs;
  const selected = chosen ?? currentCell(plan, progress);
  const step = plan.steps.find(({ id }) => id === selected?.step);

  return (
    <>
      <RunAnnouncer latest={latest} knownSeq={knownSeq} />
      <RunHead
        plan={plan}
        progress={progress}
        nowMs={nowMs}
        history={history}
        username={me.username}
        actions={isRunActive(progress.state) && <RunActions {...{ runId, plan, progress, selected, me }} />}
      />
      <div className="flex flex-col gap-3">
        {plan.kind === "reset-password" && progress.state === "succeeded" && (
          <NewPassword runId={runId} mayOperate={me.mayOperate} />
        )}
        <StreamLost lostAtMs={lostAtMs}>{t("connection.means")}</StreamLost>
        <RunStanding plan={plan} progress={progress} />
        <div className="grid items-start gap-3 xl:grid-cols-[minmax(0,1.9fr)_minmax(0,1fr)]">
          <Panel
            title={t("grid.label")}
            flush
            aside={
              chosen !== null && (
                <Button variant="quiet" size="sm" onClick={() => choose(null)}>
                  {t("grid.follow")}
                </Button>
              )
            }
          >
            <div className="overflow-x-auto print:overflow-visible">
              <RunGrid {...{ plan, progress, nowMs, selected, history }} onSelect={choose} />
            </div>
          </Panel>
          {step !== undefined && selected !== null && (
            <div className="xl:sticky xl:top-4">
              <CellDetail
                step={step}
                place={selected}
                cell={cellOf(progress, selected.step, selected.cell)}
                lines={logs[cellKey(selected.step, selected.cell)] ?? noLines}
                raw={raw[cellKey(selected.step, selected.cell)] ?? ""}
                nowMs={nowMs}
                usualSeconds={history.stepSeconds[step.id] ?? null}
              />
            </div>
          )}
        </div>
      </div>
    </>
  );
}

/** The cell in the address, so that a link to it can be sent; null = follow the run. */
function useChosenCell(runId: string, plan: Plan): [CellPlace | null, (place: CellPlace | null) => void] {
  const query = useSearchParams();
  const step = plan.steps.find(({ id }) => id === query.get("step"));
  const wanted = query.get("cell") ?? query.get("node");
  const cell = step?.cells.find((name) => name === wanted) ?? step?.cells[0];
  const choose = useCallback(
    (place: CellPlace | null) => window.history.replaceState(null, "", paths.run(runId, place ?? undefined)),
    [runId],
  );
  return [step === undefined || cell === undefined ? null : { step: step.id, cell }, choose];
}
