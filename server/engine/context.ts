import { AppError } from "@/contract/errors";
import { clusterCell, type Plan, type PlannedStep, type RunEventBody } from "@/contract/run";
import { say } from "@/contract/sentence";
import { shellQuote } from "@/lib/shell-quote";
import { journalledHost } from "@/server/engine/journalled-host";
import type { EmittedBody } from "@/server/engine/output-buffer";
import type { Scrub } from "@/server/engine/scrub";
import type { StepContext } from "@/server/engine/step";
import {
  type CommandResult,
  howEnded,
  isOutcomeUnknown,
  type RemoteHost,
  type RemoteHosts,
} from "@/server/ports/remote-host";

/** A plain command is a look or a quick change. Shorter: slow `ceph` answers fail. Longer: work that belongs into a detached unit hides here. */
const plainCommandMs = 30_000;
const longestPlainCommandMs = 60_000;
/** Shorter: a chatty upload fills the journal. Longer: the bar on the page jumps. */
const progressEveryMs = 1_000;
/** Exit status with which a node says it has seen a newer fence number. */
const fenceRefusedExitCode = 90;
/** Enough of an error's output to act on; the rest is in the step's output. */
const errorTailChars = 2_000;

/** `look` may only read: nothing it does is journalled, so it must not start units. */
export type ContextMode = "look" | "act" | "undo";

export interface CellPlace<TInput> {
  readonly input: TInput;
  readonly plan: Plan;
  readonly step: PlannedStep;
  readonly cell: string;
  readonly runId: string;
  readonly fence: number;
}

export interface CellTools {
  readonly hosts: RemoteHosts;
  readonly append: (bodies: readonly RunEventBody[]) => Promise<void>;
  readonly emit: (body: EmittedBody) => void;
  readonly assertOwned: () => void;
  readonly openSecret: (ref: string) => Promise<string>;
  readonly scrub: Scrub;
  readonly elapsedMs: () => number;
}

/** How an answer got lost during this attempt, when one did. */
export interface LostAnswer {
  readonly kind: "timed-out" | "disconnected" | "cancelled";
  readonly node: string;
  readonly command: string;
}

export interface OpenContext<TInput> {
  readonly context: StepContext<TInput>;
  lostAnswer(): LostAnswer | null;
}

export const unitStep = (step: string, cell: string, mode: ContextMode, part: string | undefined): string =>
  [step, cell, ...(mode === "undo" ? ["undo"] : []), ...(part === undefined ? [] : [part])].join("-");

export function openContext<TInput>(
  place: CellPlace<TInput>,
  tools: CellTools,
  options: { mode: ContextMode; attempt: number; signal: AbortSignal; deadlineMs: number },
): OpenContext<TInput> {
  const { step, cell, runId, fence } = place;
  const { mode, attempt, signal, deadlineMs } = options;
  const at = { step: step.id, cell, attempt };
  let lost: LostAnswer | null = null;
  let lastProgressMs = Number.NEGATIVE_INFINITY;

  const homeNode = cell === clusterCell ? firstNode(place.plan) : cell;
  const hosts = new Map<string, RemoteHost>();
  function host(node = homeNode): RemoteHost {
    const known = hosts.get(node);
    if (known !== undefined) return known;
    const plain = tools.hosts.host(node);
    const made = mode === "look" ? plain : journalledHost(plain, { signal, beforeSend, afterResult });
    hosts.set(node, made);
    return made;
  }

  async function beforeSend(node: string, text: string, unit: { step: string; attempt: number } | null): Promise<void> {
    signal.throwIfAborted();
    await tools.append([{ kind: "step-command", ...at, node, text: tools.scrub(text, "program"), unit }]);
    tools.assertOwned();
    signal.throwIfAborted();
  }

  function afterResult(node: string, command: string, result: CommandResult): void {
    if (result.kind === "timed-out" || result.kind === "disconnected" || result.kind === "cancelled")
      lost ??= { kind: result.kind, node, command };
    if (result.kind === "exited" && result.code === fenceRefusedExitCode)
      throw new AppError("conflict", say("node-fenced-run", { node }), {
        facts: { node },
      });
  }

  const emitOutput = (stream: "stdout" | "stderr" | "note", text: string): void =>
    tools.emit({ kind: "step-output", ...at, stream, text });

  const context: StepContext<TInput> = {
    ...place,
    attempt,
    signal,
    host,
    detached(argv, { node, stdin, part, onOutput } = {}) {
      if (mode === "look") throw new AppError("internal", `${step.id} may not start a unit while it only looks.`);
      const target = host(node);
      const timeoutMs = Math.max(1, deadlineMs - tools.elapsedMs());
      const id = { run: runId, step: unitStep(step.id, cell, mode, part), attempt };
      return target.execDetached(id, argv, {
        timeoutMs,
        fence,
        onOutput: (stream, text) => {
          onOutput?.(stream, text);
          emitOutput(stream, text);
        },
        ...(stdin === undefined ? {} : { stdin }),
      });
    },
    async command(argv, { node, stdin, allow = [], timeoutMs = plainCommandMs } = {}) {
      const target = host(node);
      const bounded = Math.min(timeoutMs, longestPlainCommandMs);
      const result = await target.exec(argv, {
        timeoutMs: bounded,
        signal,
        ...(stdin === undefined ? {} : { stdin }),
      });
      return answerOf(result, target.node, argv, allow, tools.scrub);
    },
    secret: tools.openSecret,
    note: (text) => emitOutput("note", `${text}\n`),
    output: emitOutput,
    progress(fraction, remainingSeconds, text) {
      if (tools.elapsedMs() - lastProgressMs < progressEveryMs && fraction !== 1) return;
      lastProgressMs = tools.elapsedMs();
      const clamped = fraction === null ? null : Math.min(1, Math.max(0, fraction));
      tools.emit({ kind: "step-progress", ...at, fraction: clamped, remainingSeconds, text });
    },
  };
  return { context, lostAnswer: () => lost };
}

function answerOf(
  result: CommandResult,
  node: string,
  argv: readonly string[],
  allow: readonly number[],
  scrub: Scrub,
): { code: number; stdout: string; stderr: string } {
  if (result.kind === "exited" && (result.code === 0 || allow.includes(result.code))) return result;
  const command = scrub(shellQuote(argv), "program");
  const said = scrub((result.stderr.trim() || result.stdout.trim()).slice(-errorTailChars), "program");
  if (isOutcomeUnknown(result))
    throw new AppError("command-outcome-unknown", say("command-unknown", { command, node, how: howEnded(result) }), {
      facts: { node, command, outcome: result.kind },
    });
  const how = howEnded(result);
  const what = { command, node, how };
  throw new AppError(
    "command-failed",
    said === "" ? say("command-silent", what) : say("command-ended-saying", { ...what, said }),
    {
      facts: { node, command, outcome: how.text, said },
    },
  );
}

function firstNode(plan: Plan): string {
  for (const step of plan.steps) {
    const node = step.cells.find((cell) => cell !== clusterCell) ?? step.commands[0]?.node;
    if (node !== undefined && node !== clusterCell) return node;
  }
  throw new AppError("internal", "The plan names no node.");
}
