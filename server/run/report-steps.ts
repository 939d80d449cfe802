import type { Plan, RunEvent, RunRequest } from "@/contract/run";
import { cellElapsedSeconds } from "@/contract/run-estimate";
import { cellKey, cellOf, type RunProgress } from "@/contract/run-progress";
import { sentenceText } from "@/contract/sentence";

/** Of each cell: enough to see how it ended. The whole of it is the run's output file. */
const outputLinesMax = 12;

interface CellTrail {
  readonly commands: string[];
  output: string;
}

/** Step by step and node by node: when, how long, what was seen, what was sent, and the end of what came back. */
export function stepSections(plan: Pick<Plan, "steps">, progress: RunProgress, events: readonly RunEvent[]): string[] {
  const trails = trailsOf(events);
  const lastMs = Date.parse(events.at(-1)?.at ?? "");
  return plan.steps.flatMap((step) =>
    step.cells.flatMap((name) => {
      const cell = cellOf(progress, step.id, name);
      const { commands, output } = trails.get(cellKey(step.id, name)) ?? { commands: [], output: "" };
      const took = `${cellElapsedSeconds(cell, lastMs).toFixed(1)} s`;
      const seen = cell.error?.detail ?? sentenceText(cell.reason ?? cell.observed ?? "");
      return [
        `### ${step.id} on ${name}: ${cell.state}`,
        "",
        ...(cell.startedAt === null ? [] : [`${cell.startedAt}, ${took}, attempt ${cell.attempt}`, ""]),
        ...(seen === "" ? [] : [`Seen: ${seen.trim()}`, ""]),
        ...fenced(commands),
        ...fenced(lastLines(output)),
      ];
    }),
  );
}

function trailsOf(events: readonly RunEvent[]): ReadonlyMap<string, CellTrail> {
  const trails = new Map<string, CellTrail>();
  for (const { body } of events) {
    if (body.kind !== "step-command" && body.kind !== "step-output") continue;
    const key = cellKey(body.step, body.cell);
    const trail = trails.get(key) ?? { commands: [], output: "" };
    trails.set(key, trail);
    if (body.kind === "step-command") trail.commands.push(`${body.node}$ ${body.text}`);
    else trail.output += body.text;
  }
  return trails;
}

function lastLines(text: string): string[] {
  const lines = text.split("\n").map((line) => line.replace(/\r$/, ""));
  while (lines.at(-1) === "") lines.pop();
  const left = lines.length - outputLinesMax;
  return left > 0 ? [`(${left} lines before)`, ...lines.slice(-outputLinesMax)] : lines;
}

/** Longer than any row of backticks inside it, so that nothing printed ends the block. */
function fenced(lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const longest = Math.max(2, ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([ticks]) => ticks.length)));
  const fence = "`".repeat(longest + 1);
  return [fence, ...lines, fence, ""];
}

const asked: Record<RunRequest["request"], string> = {
  pause: "paused the run",
  resume: "resumed the run",
  retry: "asked to try again",
  cancel: "cancelled the run",
  undo: "asked to undo the run",
  "undo-without": "called a node gone for good and asked to undo the run without it:",
  take: "took the run over",
};

/** Who asked what of the run, in order. */
export function requestLines(events: readonly RunEvent[]): string[] {
  return events.flatMap(({ at, body }) => {
    if (body.kind === "run-created") return [`- ${at} ${body.actor} started the run`];
    if (body.kind !== "run-requested") return [];
    const cell = body.cell ?? "";
    const where = body.step === null ? cell && ` ${cell}` : ` (${body.step} on ${cell})`;
    return [`- ${at} ${body.actor} ${asked[body.request]}${where}`];
  });
}
