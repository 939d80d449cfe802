import type { HaStatus } from "@/contract/ha-status";
import { AppError } from "@/contract/errors";
import { migrationTarget } from "@/contract/maintenance-guards";
import { suitePaths } from "@/contract/node-setup";
import { say, type Sentence } from "@/contract/sentence";
import { pollUntil } from "@/lib/poll-until";
import { outputOf } from "@/server/steps/deployment/deploy-step";
import { shown } from "@/server/steps/maintenance/maintenance-step";
import {
  haNow,
  helperOf,
  leavingNames,
  type NodeChangeContext,
  type NodeChangeStep,
} from "@/server/steps/nodes/node-change-step";

/** The status lags behind a switch-over by a reading or two. */
const settleMs = 60_000;
const pollMs = 3_000;

const migrate = (target: string, run: string): string[] => [suitePaths.executable, "migrate", target, "--run", run];

/** Where the management VM is, when that is none of the nodes that leave; null: it is on one of them, or nobody can tell. */
export function vmSafeFrom({ managementVm: vm }: HaStatus, leaving: readonly string[]): Sentence | null {
  if (vm.state === "stopped") return say("guard-vm-stopped");
  return vm.state === "running" && vm.node !== null && !leaving.includes(vm.node)
    ? say("guard-vm-on", { node: vm.node })
    : null;
}

const safeNow = async (context: NodeChangeContext): Promise<Sentence | null> =>
  vmSafeFrom(await haNow(context), leavingNames(context.input));

/** The management VM first: before anything it lives by leaves the node. Whoever may take it is chosen then, not when the plan was made. */
export const vmStaysStep: NodeChangeStep = {
  plan: (input) => ({
    id: "ensure-vm-elsewhere",
    phase: "ha",
    cells: [helperOf(input)],
    commands: [shown(helperOf(input), migrate("«standby»", "«run»"))],
    undo: { kind: "none", because: say("vm-runs-well-there") },
    pointOfNoReturn: false,
    softTimeoutSeconds: 120,
    timeoutSeconds: 1_000,
  }),
  definition: {
    id: "ensure-vm-elsewhere",
    async precheck(context) {
      const safe = await safeNow(context);
      return safe === null ? { kind: "ready" } : { kind: "already", observed: safe };
    },
    async run(context) {
      const ha = await haNow(context);
      const leaving = leavingNames(context.input);
      if (vmSafeFrom(ha, leaving) !== null) return;
      const home = ha.managementVm.node ?? "";
      const services = ha.services.filter(({ node }) => node === home || !leaving.includes(node));
      const target = migrationTarget({ ...ha, services }, home);
      if (target === null)
        throw new AppError("blocked", say("guard-vm-no-target", { node: home, why: say("no-answer") }), {
          facts: { node: home },
        });
      outputOf(await context.detached(migrate(target, context.runId)), say("work-moving-vm"), context.cell);
    },
    async verify(context) {
      const look = () => safeNow(context);
      const safe = await pollUntil(look, { timeoutMs: settleMs, everyMs: pollMs, signal: context.signal });
      return safe === null
        ? { reached: false, missing: say("guard-vm-here", { node: leavingNames(context.input).join(", ") }) }
        : { reached: true, observed: safe };
    },
  },
};
