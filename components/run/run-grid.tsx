"use client";

import { useTranslations } from "next-intl";
import { type KeyboardEvent, useRef, useState } from "react";
import { type CellPlace, columnsOf, type GridKey, moveInGrid } from "@/components/run/current-cell";
import { cellMarks, useRunWords } from "@/components/run/run-words";
import { useTimeText } from "@/components/shell/use-time-text";
import { cn } from "@/components/ui/cn";
import { StateMark } from "@/components/ui/state-mark";
import { clusterCell, isRunActive, type Plan, type PlannedStep } from "@/contract/run";
import type { RunHistory } from "@/contract/run-history";
import { cellElapsedSeconds, slowerThanUsual } from "@/contract/run-estimate";
import { cellKey, cellOf, type RunProgress } from "@/contract/run-progress";

const gridKeys: readonly string[] = [
  "ArrowUp",
  "ArrowDown",
  "ArrowLeft",
  "ArrowRight",
  "Home",
  "End",
] satisfies GridKey[];

export interface RunGridProps {
  plan: Plan;
  progress: RunProgress;
  /** Null while rendering on the server. */
  nowMs: number | null;
  selected: CellPlace | null;
  onSelect: (place: CellPlace) => void;
  /** What each step took in runs before. */
  history: RunHistory;
}

/** Steps down, nodes across. One cell takes the tab stop; arrow keys move among the cells that exist. */
export function RunGrid({ plan, progress, nowMs, selected, onSelect, history }: RunGridProps) {
  const t = useTranslations("run");
  const words = useRunWords();
  const columns = columnsOf(plan, clusterCell);
  const table = useRef<HTMLTableElement>(null);
  const [focused, setFocused] = useState<CellPlace | null>(null);
  const stop = focused ?? selected ?? firstPlace(plan);

  const onKeyDown = (event: KeyboardEvent<HTMLTableElement>): void => {
    if (stop === null || !gridKeys.includes(event.key)) return;
    event.preventDefault();
    const next = moveInGrid(plan, columns, stop, event.key as GridKey);
    setFocused(next);
    table.current?.querySelector<HTMLElement>(`[data-place="${CSS.escape(cellKey(next.step, next.cell))}"]`)?.focus();
  };

  return (
    <table
      ref={table}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-to-interactive-role -- a table whose cells are chosen is a grid
      role="grid"
      aria-label={t("grid.label")}
      className="w-full border-collapse text-left"
      onKeyDown={onKeyDown}
    >
      <thead>
        <tr className="border-b border-line">
          <th scope="col" className="engraved px-4 py-1.5">
            {t("grid.step")}
          </th>
          {columns.map((column) => (
            <th key={column} scope="col" className="engraved px-3 py-1.5 whitespace-nowrap normal-case">
              {words.cell(column)}
            </th>
          ))}
        </tr>
      </thead>
      {phasesOf(plan).map(({ phase, steps }) => (
        <tbody key={`${phase}-${steps[0]?.id}`} className="border-b border-line last:border-b-0">
          <tr>
            <th
              colSpan={columns.length + 1}
              scope="rowgroup"
              className="bg-sunken px-4 py-1 text-xs font-semibold text-muted"
            >
              {words.phase(phase)}
            </th>
          </tr>
          {steps.map((step) => (
            <tr key={step.id} className="border-t border-line">
              <th scope="row" className="py-1 pr-2 pl-4 font-medium">
                {words.step(step.id)}
                <Usual seconds={history.stepSeconds[step.id] ?? null} />
              </th>
              {columns.map((column) => {
                const place = { step: step.id, cell: column };
                if (!step.cells.includes(column)) return <td key={column} aria-hidden />;
                return (
                  <GridCell
                    key={column}
                    {...{ step, place, progress, nowMs, onSelect }}
                    usualSeconds={history.stepSeconds[step.id] ?? null}
                    isSelected={isSame(place, selected)}
                    isTabStop={isSame(place, stop)}
                    onFocus={() => setFocused(place)}
                  />
                );
              })}
            </tr>
          ))}
        </tbody>
      ))}
    </table>
  );
}

interface GridCellProps {
  step: PlannedStep;
  place: CellPlace;
  progress: RunProgress;
  nowMs: number | null;
  isSelected: boolean;
  isTabStop: boolean;
  usualSeconds: number | null;
  onSelect: (place: CellPlace) => void;
  onFocus: () => void;
}

function GridCell({
  step,
  place,
  progress,
  nowMs,
  isSelected,
  isTabStop,
  usualSeconds,
  onSelect,
  onFocus,
}: GridCellProps) {
  const words = useRunWords();
  const t = useTranslations("run");
  const { duration } = useTimeText();
  const cell = cellOf(progress, place.step, place.cell);
  const elapsed = nowMs === null || cell.startedAt === null ? null : cellElapsedSeconds(cell, nowMs);
  const neverBegan = cell.state === "pending" && !isRunActive(progress.state);
  const isSlow = nowMs !== null && slowerThanUsual(step, cell, nowMs, usualSeconds) !== null;
  return (
    <td aria-selected={isSelected} className="p-0.5">
      <button
        type="button"
        data-place={cellKey(place.step, place.cell)}
        tabIndex={isTabStop ? 0 : -1}
        onClick={() => onSelect(place)}
        onFocus={onFocus}
        className={cn(
          "flex w-full items-center justify-between gap-2 rounded-sm px-2 py-1 text-left text-sm hover:bg-hover",
          isSelected && "bg-accent-soft inset-ring inset-ring-accent",
        )}
      >
        <span className="sr-only">
          {t("grid.cell", { step: words.step(place.step), cell: words.cell(place.cell) })}
        </span>
        <StateMark
          state={cellMarks[cell.state]}
          label={neverBegan ? t("cellState.never") : words.cellState(cell.state)}
          className="whitespace-nowrap"
        />
        {elapsed !== null && cell.state !== "pending" && cell.state !== "not-needed" && (
          <span className={cn("text-xs whitespace-nowrap tabular-nums", isSlow ? "text-needs" : "text-muted")}>
            {cell.fraction !== null && cell.fraction < 1 && cell.endedAt === null
              ? `${Math.round(cell.fraction * 100)} %`
              : duration(wholeAboveTen(elapsed))}
          </span>
        )}
      </button>
    </td>
  );
}

/** What is below a second is nothing anybody waits for. */
function Usual({ seconds }: { seconds: number | null }) {
  const t = useTranslations("run.grid");
  const { duration } = useTimeText();
  if (seconds === null || seconds < 1) return null;
  return (
    <span className="block text-2xs font-normal text-muted tabular-nums">
      {t("usual", { time: duration(Math.round(seconds)) })}
    </span>
  );
}

/** Tenths matter for a step of two seconds and flicker on one of two minutes. */
const wholeAboveTen = (seconds: number): number => (seconds < 10 ? seconds : Math.round(seconds));

const isSame = (a: CellPlace, b: CellPlace | null): boolean => a.step === b?.step && a.cell === b.cell;

function firstPlace(plan: Plan): CellPlace | null {
  const step = plan.steps[0];
  const cell = step?.cells[0];
  return step === undefined || cell === undefined ? null : { step: step.id, cell };
}

/** Neighbouring steps of one phase under one heading, in the plan's order. */
function phasesOf(plan: Plan): { phase: PlannedStep["phase"]; steps: PlannedStep[] }[] {
  const groups: { phase: PlannedStep["phase"]; steps: PlannedStep[] }[] = [];
  for (const step of plan.steps) {
    const group = groups.at(-1);
    if (group?.phase === step.phase) group.steps.push(step);
    else groups.push({ phase: step.phase, steps: [step] });
  }
  return groups;
}
