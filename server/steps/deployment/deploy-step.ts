import type { ClusterInput } from "@/contract/deployment-input";
import { AppError } from "@/contract/errors";
import type { PlannedCommand, PlannedStep } from "@/contract/run";
import { say, type Sentence, sentenceText } from "@/contract/sentence";
import { shellQuote } from "@/lib/shell-quote";
import type { StepContext, StepDefinition } from "@/server/engine/step";
import { type CommandResult, exitedZero, howEnded, isOutcomeUnknown } from "@/server/ports/remote-host";
import type { Platform } from "@/server/ports/platform";

export type DeployContext<TInput extends ClusterInput = ClusterInput> = StepContext<TInput>;

interface BundledFile {
  path: string;
  sha256: string;
  /** The same by gzip, where the panel has it: a third of the bytes to every node. */
  packedPath?: string;
}

/** Files the panel brings along, and doors that are not nodes. Built by the composition root. */
export interface DeploymentAssets {
  suite: BundledFile & { version: string };
  /** The operator's Consul binary as it is now; null when the panel has been given none. */
  consul(): Promise<BundledFile | null>;
  /** Absolute path of a file named relative to the data directory. */
  dataPath(path: string): string;
  platform: Platform;
}

/** One line of the procedure: what is shown before it runs, and what runs. Null = not part of this input's plan. */
export interface DeployStep<TInput extends ClusterInput = ClusterInput> {
  plan(input: TInput): Omit<PlannedStep, "after"> | null;
  definition: StepDefinition<TInput>;
}

export const nodeNames = (input: ClusterInput): string[] => input.nodes.map((node) => node.name);

export function firstNode(input: ClusterInput): string {
  const node = input.nodes[0];
  if (node === undefined) throw new AppError("internal", "a deployment without nodes");
  return node.name;
}

export function inputNodeOf(input: ClusterInput, name: string): ClusterInput["nodes"][number] {
  const node = input.nodes.find((entry) => entry.name === name);
  if (node === undefined) throw new AppError("internal", `node ${name} is not part of this deployment`);
  return node;
}

/** A command as shown; `stdin` says in «…» what it is given, never the thing itself. */
export function shown(node: string, argv: readonly string[], stdin?: string): PlannedCommand {
  return { node, text: stdin === undefined ? shellQuote(argv) : `${shellQuote(argv)} < «${stdin}»` };
}

export const onEach = (nodes: readonly string[], argv: readonly string[], stdin?: string): PlannedCommand[] =>
  nodes.map((node) => shown(node, argv, stdin));

/** Throws what a failed or lost detached command means; returns its standard output otherwise. */
export function outputOf(result: CommandResult, what: Sentence, node: string): string {
  if (exitedZero(result)) return result.stdout;
  const lastLine = result.stderr.trim().split("\n").at(-1) ?? "";
  if (isOutcomeUnknown(result)) {
    throw new AppError("command-outcome-unknown", say("work-unknown", { what, node, how: howEnded(result) }), {
      facts: { node, what: sentenceText(what), how: result.kind },
    });
  }
  const how = howEnded(result);
  throw new AppError("command-failed", say("work-failed", { what, node, how, said: lastLine }), {
    facts: { node, what: sentenceText(what), how: how.text, lastLine },
  });
}
