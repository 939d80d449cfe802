import type { RunEvent } from "@/contract/run";
import { readWholeJournal } from "@/server/engine/journal";
import { getRun } from "@/server/run/service";
import { runStore } from "@/server/run/store";

/** Everything the run's commands printed, in the order it was journalled, each line headed by its time, cell and stream. */
export async function runRawLog(runId: string): Promise<string> {
  await getRun(runId);
  return rawLogText(await readWholeJournal(runStore, runId));
}

/** Pieces of one line that came apart are put together again; `command` is what was sent, the others what came back. */
export function rawLogText(events: readonly Pick<RunEvent, "at" | "body">[]): string {
  const lines: string[] = [];
  const open = new Map<string, { head: string; text: string }>();
  const say = (key: string, head: string, text: string): void => {
    const begun = open.get(key);
    const pieces = `${begun?.text ?? ""}${text}`.split("\n");
    const rest = pieces.pop() ?? "";
    for (const [index, piece] of pieces.entries())
      lines.push(`${index === 0 && begun !== undefined ? begun.head : head} ${piece.replace(/\r$/, "")}`);
    if (rest === "") open.delete(key);
    else open.set(key, { head: pieces.length === 0 && begun !== undefined ? begun.head : head, text: rest });
  };
  for (const { at, body } of events) {
    if (body.kind === "step-command")
      say("", `${at} ${body.step} ${body.cell} command`, `${body.node}$ ${body.text}\n`);
    if (body.kind !== "step-output") continue;
    const key = `${body.step}/${body.cell}/${body.attempt}/${body.stream}`;
    say(key, `${at} ${body.step} ${body.cell} ${body.stream}`, body.text);
  }
  for (const { head, text } of open.values()) lines.push(`${head} ${text}`);
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}
