import { ownerBefore } from "@/contract/drill-measure";
import { AppError } from "@/contract/errors";
import { say } from "@/contract/sentence";
import { migrateCommand } from "@/server/procedures/drill/faults";
import { exitedZero, isOutcomeUnknown } from "@/server/ports/remote-host";
import { type DrillContext, type DrillStep, shown, sightsOf } from "@/server/procedures/drill/drill-step";

/** Where the VM runs by the looking node's newest sight of a held lock. */
async function isBack(context: DrillContext): Promise<boolean> {
  const sights = await sightsOf(context);
  const before = ownerBefore(sights);
  const newest = sights.filter((sight) => sight.what === "owner" && sight.held && sight.phase === "running").at(-1);
  if (before === null || newest?.what !== "owner") return false;
  return newest.node === context.input.owner && newest.epoch > before.epoch;
}

/** A migration drill goes there and back: it leaves the VM where it found it. */
export const goBack: DrillStep = {
  plan: ({ fault, owner, standby }) =>
    fault !== "migration"
      ? null
      : {
          id: "ensure-drill-return",
          phase: "fault",
          cells: [standby],
          commands: [shown(standby, migrateCommand("«run»", owner))],
          undo: { kind: "none", because: say("drill-stays-there") },
          pointOfNoReturn: false,
          softTimeoutSeconds: 120,
          timeoutSeconds: 1_000,
        },
  definition: {
    id: "ensure-drill-return",
    precheck: async (context) =>
      (await isBack(context))
        ? { kind: "already", observed: say("drill-back", { node: context.input.owner }) }
        : { kind: "ready" },
    async run(context) {
      if (await isBack(context)) return;
      const result = await context.detached(migrateCommand(context.runId, context.input.owner));
      if (exitedZero(result) || isOutcomeUnknown(result)) return;
      throw new AppError(
        "command-failed",
        say("drill-way-back-failed", { node: context.input.owner, said: result.stderr.trim() }),
        {
          facts: { node: context.input.standby },
        },
      );
    },
    verify: async (context) =>
      (await isBack(context))
        ? { reached: true, observed: say("drill-back", { node: context.input.owner }) }
        : { reached: false, missing: say("drill-not-returned", { node: context.input.owner }) },
  },
};
