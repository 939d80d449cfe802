import type { DrillInput } from "@/contract/drill";
import { AppError } from "@/contract/errors";
import { say } from "@/contract/sentence";
import { pollUntil } from "@/lib/poll-until";
import {
  type DrillContext,
  type DrillStep,
  injectedMs,
  markerFile,
  shown,
  stageOf,
  statusOn,
} from "@/server/procedures/drill/drill-step";
import {
  cutTable,
  faultCommand,
  healCommand,
  healUnit,
  migrateCommand,
  onceOnly,
} from "@/server/procedures/drill/faults";
import { exitedZero, isOutcomeUnknown } from "@/server/ports/remote-host";

/** The answer of a node that crashes never comes: longer only delays the look at what became of it. */
const commandTimeoutMs = 10_000;
/** Until the others have noticed the loss of a node that cannot be asked any more. */
const noticedWaitMs = 60_000;
const pollMs = 500;
/** systemctl stop of a unit that is no more. */
const notLoaded = 5;

/** What HA has put right stays as it is; what the drill itself left is taken back. */
function undoCommands({ fault, owner }: DrillInput, runId: string): readonly (readonly string[])[] {
  const note = ["rm", "-f", markerFile(runId)];
  if (fault === "migration") return [[...migrateCommand(runId, owner)], note];
  if (fault !== "owner-cut") return [note];
  return [["nft", "delete", "table", "inet", cutTable], ["systemctl", "stop", `${healUnit(runId)}.timer`], note];
}

/** Nobody is cut before it is sure that the cut ends by itself. */
async function armHealing(context: DrillContext): Promise<void> {
  const node = context.input.owner;
  const timer = `${healUnit(context.runId)}.timer`;
  const isActive = async () =>
    (await context.command(["systemctl", "is-active", timer], { node, allow: [1, 3, 4] })).code === 0;
  if (await isActive()) return;
  await context.command(healCommand(context.runId), { node });
  if (!(await isActive()))
    throw new AppError("verification-failed", say("drill-heal-not-armed", { unit: timer, node }), {
      facts: { node, unit: timer },
    });
}

async function make(context: DrillContext): Promise<void> {
  const { fault, owner: node } = context.input;
  const argv = onceOnly(markerFile(context.runId), faultCommand(context.input, context.runId));
  if (fault === "owner-cut") await armHealing(context);
  // A migration takes its time, so it outlives the connection; the others are done before an answer could be lost.
  const result =
    fault === "migration"
      ? await context.detached(argv, { node })
      : await context.host(node).exec(argv, { timeoutMs: commandTimeoutMs, signal: context.signal });
  if (exitedZero(result) || isOutcomeUnknown(result) || result.kind === "signalled") return;
  throw new AppError("command-failed", say("drill-fault-failed", { node, said: result.stderr.trim().slice(-500) }), {
    facts: { node, fault },
  });
}

/** The note on the node, or, from a node that cannot be asked, what the node that looks on has seen since. */
async function isMade(context: DrillContext): Promise<boolean | null> {
  try {
    return (await injectedMs(context)) !== null;
  } catch (error) {
    if (context.input.fault !== "node-crash") throw error;
    return (await stageOf(context, null)).at === "armed" ? null : true;
  }
}

export const fault: DrillStep = {
  plan: (input) => ({
    id: "ensure-drill-fault",
    phase: "fault",
    cells: [input.owner],
    commands: [
      ...(input.fault === "owner-cut" ? [shown(input.owner, healCommand("«run»"))] : []),
      { node: input.owner, text: `date +%s.%N > ${markerFile("«run»")}` },
      shown(input.owner, faultCommand(input, "«run»")),
    ],
    undo: { kind: "commands", commands: undoCommands(input, "«run»").map((argv) => shown(input.owner, argv)) },
    pointOfNoReturn: false,
    softTimeoutSeconds: input.fault === "migration" ? 120 : 20,
    timeoutSeconds: input.fault === "migration" ? 1_000 : 90,
  }),
  definition: {
    id: "ensure-drill-fault",
    precheck: async (context) =>
      (await isMade(context)) === true ? { kind: "already", observed: say("drill-fault-made") } : { kind: "ready" },
    run: make,
    async verify(context) {
      const look = async () => ((await isMade(context)) === null ? null : true);
      await pollUntil(look, { timeoutMs: noticedWaitMs, everyMs: pollMs, signal: context.signal });
      return (await isMade(context)) === true
        ? {
            reached: true,
            observed: say("drill-fault-done", { fault: context.input.fault, node: context.input.owner }),
          }
        : { reached: false, missing: say("drill-fault-unseen", { node: context.input.owner }) };
    },
    async undo(context) {
      const { fault: made, owner: node } = context.input;
      if (made === "migration" && (await statusOn(context, node)).managementVm.node !== node) {
        const result = await context.detached(migrateCommand(context.runId, node), { node });
        if (!exitedZero(result))
          throw new AppError(
            "command-failed",
            say("drill-way-back-failed", { node, said: result.stderr.trim().slice(-500) }),
            {
              facts: { node },
            },
          );
      }
      if (made === "owner-cut") {
        await context.command(["nft", "delete", "table", "inet", cutTable], { node, allow: [1] });
        await context.command(["systemctl", "stop", `${healUnit(context.runId)}.timer`], { node, allow: [notLoaded] });
      }
      await context.command(["rm", "-f", markerFile(context.runId)], { node });
      return { observed: say("drill-cleared-on", { node }) };
    },
  },
};
