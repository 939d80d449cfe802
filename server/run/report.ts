import type { RunEvent } from "@/contract/run";
import { stillChanged } from "@/contract/run-actions";
import { cellElapsedSeconds } from "@/contract/run-estimate";
import { cellOf } from "@/contract/run-progress";
import { sentenceText } from "@/contract/sentence";
import { findChainBreak } from "@/server/engine/hash-chain";
import { readWholeJournal } from "@/server/engine/journal";
import { foldRun } from "@/server/engine/schedule";
import { requestLines, stepSections } from "@/server/run/report-steps";
import { getRun } from "@/server/run/service";
import { runStore } from "@/server/run/store";

/** The deployment record: what was done where, by whom, what was seen, and whether the journal is whole. */
export async function runReport(runId: string): Promise<string> {
  const run = await getRun(runId);
  const events = await readWholeJournal(runStore, runId);
  const progress = foldRun(run.plan, events);
  const broken = findChainBreak(events);
  const left = progress.state === "succeeded" ? [] : stillChanged(run.plan, progress);
  const lines = [
    `# ${run.kind} · ${run.clusterName}`,
    "",
    `- Run: ${run.id}`,
    `- State: ${progress.state}${progress.because === null ? "" : ` (${sentenceText(progress.because)})`}`,
    `- Started by: ${run.actor}, ${run.createdAt.toISOString()}`,
    `- Held by: ${progress.holder ?? run.actor}`,
    `- Ended: ${progress.endedAt ?? "not yet"}`,
    `- Trivet ${run.plan.codeVersion}, facts ${run.plan.factsDigest}`,
    `- Journal: ${broken === null ? `${events.length} events, hash chain whole, head ${events.at(-1)?.hash ?? "none"}` : `BROKEN at event ${broken.seq}: ${broken.reason}`}`,
    "",
    "## Steps",
    "",
    "| Step | Cell | State | Attempts | Seconds | Seen |",
    "| --- | --- | --- | ---: | ---: | --- |",
    ...run.plan.steps.flatMap((step) =>
      step.cells.map((cell) => {
        const at = cellOf(progress, step.id, cell);
        const seconds = cellElapsedSeconds(at, Date.parse(events.at(-1)?.at ?? run.createdAt.toISOString()));
        const seen = at.error?.detail ?? sentenceText(at.reason ?? at.observed ?? "");
        return `| ${step.id} | ${cell} | ${at.state} | ${at.attempt} | ${seconds.toFixed(1)} | ${tableText(seen)} |`;
      }),
    ),
    ...(left.length === 0 ? [] : ["", "## Still changed", ""]),
    ...left.flatMap(({ step, cell, leftChanged }) => [
      `- ${step} on ${cell}`,
      ...leftChanged.map((command) => `  - \`${command}\``),
    ]),
    "",
    "## People",
    "",
    ...requestLines(events),
    "",
    "## Step by step",
    "",
    ...stepSections(run.plan, progress, events),
    "## Commands sent",
    "",
    "```",
    ...events.flatMap((event) => commandLine(event)),
    "```",
    "",
  ];
  return lines.join("\n");
}

const commandLine = ({ at, body }: RunEvent): string[] =>
  body.kind === "step-command" ? [`${at} ${body.node} [${body.step}] ${body.text}`] : [];

const tableText = (text: string): string => text.replaceAll("|", "\\|").replaceAll(/\s+/g, " ");
