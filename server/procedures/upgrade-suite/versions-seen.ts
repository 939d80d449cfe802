import type { UpgradeInput, UpgradeResult } from "@/contract/lifecycle";
import { type Sentence, say } from "@/contract/sentence";
import { pollUntil } from "@/lib/poll-until";
import type { UpgradeContext } from "@/server/procedures/upgrade-suite/upgrade-step";
import type { StepLine } from "@/server/steps/in-order";
import { statusLook, statusNow } from "@/server/steps/maintenance/maintenance-step";

const stepId = "verify-suite-versions";
const settleMs = 60_000;
const pollMs = 1_000;

type Seen = { missing: Sentence } | { observed: Sentence; result: UpgradeResult };

async function look(context: UpgradeContext): Promise<Seen> {
  const { to, subject } = context.input;
  const { services, managementVm: vm } = await statusNow(context);
  const versions = Object.fromEntries(services.map(({ node, suiteVersion }) => [node, suiteVersion ?? "?"]));
  const other = services.find(({ state, suiteVersion }) => state !== "running" || suiteVersion !== to.version);
  if (other !== undefined)
    return {
      missing: say("daemon-says", { node: other.node, found: other.suiteVersion ?? "?", version: to.version }),
    };
  if (subject !== "" && vm.state !== "running") return { missing: say("vm-not-adopted", { state: vm.state }) };
  const list = Object.entries(versions)
    .map(([node, version]) => `${node} ${version}`)
    .join(", ");
  const result = { versions, vmNode: vm.node, epoch: vm.epoch };
  return vm.node === null
    ? { observed: say("versions-observed-no-vm", { list }), result }
    : { observed: say("versions-observed", { list, node: vm.node, epoch: vm.epoch ?? "?" }), result };
}

/** What every daemon says of itself, and where the management VM runs, as the last word of the run. */
export const versionsSeenLine: StepLine<UpgradeInput> = {
  plan: ({ helper }) => statusLook(stepId, "verify", helper),
  definition: {
    id: stepId,
    precheck: async () => await Promise.resolve({ kind: "ready" as const }),
    run: async () => await Promise.resolve(),
    async verify(context) {
      const bounds = { timeoutMs: settleMs, everyMs: pollMs, signal: context.signal };
      const found = await pollUntil(async () => {
        const seen = await look(context);
        return "missing" in seen ? null : seen;
      }, bounds);
      const seen = found ?? (await look(context));
      return "missing" in seen ? { reached: false, missing: seen.missing } : { reached: true, ...seen };
    },
  },
};
