import { AppError } from "@/contract/errors";
import { suitePaths } from "@/contract/node-setup";
import type { PlannedStep } from "@/contract/run";
import { say } from "@/contract/sentence";
import { pollUntil } from "@/lib/poll-until";
import type { StepContext } from "@/server/engine/step";
import { exitedZero, isOutcomeUnknown } from "@/server/ports/remote-host";
import type { StepLine } from "@/server/steps/in-order";
import { type AskedNodes, isSilence, shown, statusNow, stayingUp } from "@/server/steps/maintenance/maintenance-step";

/** The run holds the cluster's lock; naming it lets its own command through. */
export const zsha = (verb: readonly string[], runId: string): readonly string[] => [
  suitePaths.executable,
  ...verb,
  "--run",
  runId,
];
/** After the command's own end the other nodes' readings follow within seconds; a busy Consul takes longer. */
const settleMs = 60_000;
const pollMs = 1_000;

export const zshaOnAny = (context: StepContext<AskedNodes>, verb: readonly string[]): Promise<void> =>
  zshaOnAnyOf(context, stayingUp(context.input), verb);

/** The suite's commands outlive the connection; the first node that takes one carries it out. */
export async function zshaOnAnyOf(
  context: StepContext<unknown>,
  nodes: readonly string[],
  verb: readonly string[],
): Promise<void> {
  for (const [at, node] of nodes.entries()) {
    try {
      const result = await context.detached(zsha(verb, context.runId), { node, part: `${verb[0] ?? ""}-${node}` });
      if (exitedZero(result) || isOutcomeUnknown(result)) return;
      const said = result.stderr.trim().slice(-500);
      throw new AppError("command-failed", say("zsha-refused", { command: verb.join(" "), node, said }), {
        facts: { node, said },
      });
    } catch (error) {
      if (!isSilence(error) || at === nodes.length - 1) throw error;
    }
  }
}

type Wanted = "started" | "stopped";

/** `zsha stop` ends when QEMU and its watcher are proven gone on every node; `zsha start` when QEMU runs. */
async function isAsWanted(context: StepContext<AskedNodes>, wanted: Wanted): Promise<true | null> {
  const { managementVm: vm, intent } = await statusNow(context);
  if (intent.state === "unknown" || intent.value?.want !== wanted) return null;
  return vm.state === (wanted === "started" ? "running" : "stopped") ? true : null;
}

const opposite = { started: "stopped", stopped: "started" } as const;
const verbs = { started: "start", stopped: "stop" } as const;

/** Manual 2.1.2: `zsha stop` on the way down, `zsha start` on the way up. */
export const managementVmStep = (wanted: Wanted): StepLine<AskedNodes> => {
  const id = wanted === "stopped" ? "ensure-management-vm-stopped" : "ensure-management-vm-started";
  const reached = wanted === "stopped" ? say("guard-vm-stopped") : say("vm-runs");
  return {
    plan: ({ helper }): Omit<PlannedStep, "after"> => ({
      id,
      phase: "ha",
      cells: [helper],
      commands: [shown(helper, zsha([verbs[wanted]], "«run»"))],
      undo: { kind: "commands", commands: [shown(helper, zsha([verbs[opposite[wanted]]], "«run»"))] },
      pointOfNoReturn: false,
      softTimeoutSeconds: wanted === "stopped" ? 120 : 60,
      timeoutSeconds: 600,
    }),
    definition: {
      id,
      precheck: async (context) =>
        (await isAsWanted(context, wanted)) === true ? { kind: "already", observed: reached } : { kind: "ready" },
      // The precheck looked right before; the command itself looks once more.
      run: (context) => zshaOnAny(context, [verbs[wanted]]),
      async verify(context) {
        const look = () => isAsWanted(context, wanted);
        const seen = await pollUntil(look, { timeoutMs: settleMs, everyMs: pollMs, signal: context.signal });
        if (seen === true) return { reached: true, observed: reached };
        return { reached: false, missing: say(wanted === "stopped" ? "vm-not-stopped" : "vm-not-started") };
      },
      async undo(context) {
        const back = opposite[wanted];
        if ((await isAsWanted(context, back)) === null) await zshaOnAny(context, [verbs[back]]);
        const look = () => isAsWanted(context, back);
        // The command's answer may have been lost: asked again, it is found at work, or done.
        if ((await pollUntil(look, { timeoutMs: settleMs, everyMs: pollMs, signal: context.signal })) === null)
          throw new AppError("command-outcome-unknown", say(back === "started" ? "vm-not-started" : "vm-not-stopped"));
        return { observed: wanted === "stopped" ? say("vm-runs") : say("guard-vm-stopped") };
      },
    },
  };
};
