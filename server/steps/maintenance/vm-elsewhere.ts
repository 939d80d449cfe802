import { AppError } from "@/contract/errors";
import type { HaStatus } from "@/contract/ha-status";
import { migrationTarget } from "@/contract/maintenance-guards";
import { say, type Sentence } from "@/contract/sentence";
import { pollUntil } from "@/lib/poll-until";
import type { StepContext } from "@/server/engine/step";
import { type AskedNodes, shown, statusOf, stayingUp } from "@/server/steps/maintenance/maintenance-step";
import { zsha, zshaOnAnyOf } from "@/server/steps/maintenance/vm-steps";
import type { StepLine } from "@/server/steps/in-order";

/** The status lags behind a switch-over by a reading or two. */
const settleMs = 60_000;
const pollMs = 1_000;

const migration = (target: string): readonly string[] => ["migrate", target];

/** Where the management VM is, when that is none of these nodes; null: it is on one of them, or nobody can tell. */
export function vmSafeFrom({ managementVm: vm }: HaStatus, leaving: readonly string[]): Sentence | null {
  if (vm.state === "stopped") return say("guard-vm-stopped");
  return vm.state === "running" && vm.node !== null && !leaving.includes(vm.node)
    ? say("guard-vm-on", { node: vm.node })
    : null;
}

/** Whoever may take it now, of those that stay. */
function chosenNow(ha: HaStatus, leaving: readonly string[]): string {
  const home = ha.managementVm.node ?? "";
  const services = ha.services.filter(({ node }) => node === home || !leaving.includes(node));
  const target = migrationTarget({ ...ha, services }, home);
  if (target !== null) return target;
  throw new AppError("blocked", say("guard-vm-no-target", { node: home, why: say("no-answer") }), {
    facts: { node: home },
  });
}

export interface VmElsewhere<TInput> {
  /** Nodes it must not be on afterwards. */
  leaving(input: TInput): readonly string[];
  /** Who may be asked, the helper first. */
  asked(input: TInput): readonly string[];
  /** False: it is nowhere that it must leave. */
  isPlanned(input: TInput): boolean;
  /** Where the plan has it go; null: whoever may take it when the step runs. */
  target(input: TInput): string | null;
}

/** Manual 2.1.1.1.2: the management VM first, before anything it lives by leaves the node. */
export const vmElsewhereStep = <TInput>({
  leaving,
  asked,
  isPlanned,
  target,
}: VmElsewhere<TInput>): StepLine<TInput> => {
  const statusNow = (context: StepContext<TInput>) => statusOf(context, asked(context.input));
  const safeNow = async (context: StepContext<TInput>) => vmSafeFrom(await statusNow(context), leaving(context.input));
  return {
    plan(input) {
      if (!isPlanned(input)) return null;
      const helper = asked(input)[0] ?? "";
      return {
        id: "ensure-vm-elsewhere",
        phase: "ha",
        cells: [helper],
        commands: [shown(helper, zsha(migration(target(input) ?? "«standby»"), "«run»"))],
        undo: { kind: "none", because: say("vm-runs-well-there") },
        pointOfNoReturn: false,
        softTimeoutSeconds: 120,
        timeoutSeconds: 1_000,
      };
    },
    definition: {
      id: "ensure-vm-elsewhere",
      async precheck(context) {
        const safe = await safeNow(context);
        return safe === null ? { kind: "ready" } : { kind: "already", observed: safe };
      },
      async run(context) {
        const { input } = context;
        const ha = await statusNow(context);
        if (vmSafeFrom(ha, leaving(input)) !== null) return;
        const to = target(input) ?? chosenNow(ha, leaving(input));
        await zshaOnAnyOf(context, asked(input), migration(to));
      },
      async verify(context) {
        const look = () => safeNow(context);
        const safe = await pollUntil(look, { timeoutMs: settleMs, everyMs: pollMs, signal: context.signal });
        return safe === null
          ? { reached: false, missing: say("guard-vm-here", { node: leaving(context.input).join(", ") }) }
          : { reached: true, observed: safe };
      },
    },
  };
};

/** The plan names the node that takes it: a person confirmed that one. */
export const vmOffSubjectStep = vmElsewhereStep<
  AskedNodes & { readonly subject: string; readonly moveVmTo: string | null }
>({
  leaving: ({ subject }) => [subject],
  asked: stayingUp,
  isPlanned: ({ moveVmTo }) => moveVmTo !== null,
  target: ({ moveVmTo }) => moveVmTo,
});
