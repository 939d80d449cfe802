import type { MigrateInput } from "@/contract/lifecycle";
import { type Sentence, say } from "@/contract/sentence";
import { pollUntil } from "@/lib/poll-until";
import type { StepContext } from "@/server/engine/step";
import type { StepLine } from "@/server/steps/in-order";
import { shown, statusNow } from "@/server/steps/maintenance/maintenance-step";
import { zsha, zshaOnAny } from "@/server/steps/maintenance/vm-steps";

const stepId = "ensure-vm-on-target";
/** After the command's own end the other nodes' readings follow within seconds; a busy Consul takes longer. */
const settleMs = 60_000;
const pollMs = 1_000;

async function arrived(context: StepContext<MigrateInput>): Promise<Sentence | null> {
  const { managementVm: vm } = await statusNow(context);
  return vm.state === "running" && vm.node === context.input.target
    ? say("vm-arrived", { node: vm.node, epoch: vm.epoch ?? "?" })
    : null;
}

/** Success is the target's own word that it runs there, never the command's exit status. */
export const vmOnTargetLine: StepLine<MigrateInput> = {
  plan: ({ helper, target }) => ({
    id: stepId,
    phase: "ha",
    cells: [helper],
    commands: [shown(helper, zsha(["migrate", target], "«run»"))],
    undo: { kind: "none", because: say("vm-runs-well-there") },
    pointOfNoReturn: false,
    softTimeoutSeconds: 120,
    timeoutSeconds: 1_000,
  }),
  definition: {
    id: stepId,
    async precheck(context) {
      const seen = await arrived(context);
      return seen === null ? { kind: "ready" } : { kind: "already", observed: seen };
    },
    async run(context) {
      if ((await arrived(context)) === null) await zshaOnAny(context, ["migrate", context.input.target]);
    },
    async verify(context) {
      const look = () => arrived(context);
      const seen = await pollUntil(look, { timeoutMs: settleMs, everyMs: pollMs, signal: context.signal });
      return seen === null
        ? { reached: false, missing: say("vm-not-arrived", { node: context.input.target }) }
        : { reached: true, observed: seen };
    },
  },
};
