import { AppError } from "@/contract/errors";
import { suitePaths } from "@/contract/node-setup";
import type { PlannedStep } from "@/contract/run";
import type { HaStatus } from "@/contract/ha-status";
import { say } from "@/contract/sentence";
import { pollUntil } from "@/lib/poll-until";
import type { StepContext } from "@/server/engine/step";
import { exitedZero, isOutcomeUnknown } from "@/server/ports/remote-host";
import type { StepLine } from "@/server/steps/in-order";
import {
  type AskedNodes,
  isSilence,
  shown,
  statusNow,
  statusWithin,
  stayingUp,
} from "@/server/steps/maintenance/maintenance-step";

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
function isAsWanted({ managementVm: vm, intent }: HaStatus, wanted: Wanted): boolean {
  if (intent.state === "unknown" || intent.value?.want !== wanted) return false;
  return vm.state === (wanted === "started" ? "running" : "stopped");
}

/** What the step before has just seen. That something is still to be done may be so old; that nothing is, is asked anew. Longer would miss a person's own `zsha`. */
const justSeenMs = 20_000;

async function isAlreadySo(context: StepContext<AskedNodes>, wanted: Wanted): Promise<boolean> {
  if (!isAsWanted(await statusWithin(context, justSeenMs), wanted)) return false;
  return isAsWanted(await statusNow(context), wanted);
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
        (await isAlreadySo(context, wanted)) ? { kind: "already", observed: reached } : { kind: "ready" },
      // The precheck looked right before; the command itself looks once more.
      run: (context) => zshaOnAny(context, [verbs[wanted]]),
      async verify(context) {
        const look = async () => (isAsWanted(await statusWithin(context, 0), wanted) ? true : null);
        const seen = await pollUntil(look, { timeoutMs: settleMs, everyMs: pollMs, signal: context.signal });
        if (seen === true) return { reached: true, observed: reached };
        return { reached: false, missing: say(wanted === "stopped" ? "vm-not-stopped" : "vm-not-started") };
      },
      async undo(context) {
        const back = opposite[wanted];
        const look = async () => (isAsWanted(await statusNow(context), back) ? true : null);
        if ((await look()) === null) await zshaOnAny(context, [verbs[back]]);
        // The command's answer may have been lost: asked again, it is found at work, or done.
        if ((await pollUntil(look, { timeoutMs: settleMs, everyMs: pollMs, signal: context.signal })) === null)
          throw new AppError("command-outcome-unknown", say(back === "started" ? "vm-not-started" : "vm-not-stopped"));
        return { observed: wanted === "stopped" ? say("vm-runs") : say("guard-vm-stopped") };
      },
    },
  };
};
