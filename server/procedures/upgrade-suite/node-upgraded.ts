import { AppError } from "@/contract/errors";
import { buildPath, type UpgradeInput } from "@/contract/lifecycle";
import { type Sentence, say } from "@/contract/sentence";
import { pollUntil } from "@/lib/poll-until";
import {
  formerSha256,
  installedSha256,
  isDaemonActive,
  runsReplacedFile,
  upgradeCommand,
  type UpgradeContext,
} from "@/server/procedures/upgrade-suite/upgrade-step";
import { shellQuote } from "@/lib/shell-quote";
import type { StepLine } from "@/server/steps/in-order";
import { shown, statusNow } from "@/server/steps/maintenance/maintenance-step";
import { outputOf } from "@/server/steps/deployment/deploy-step";

/** zshad adopts the VM and writes its line within seconds; a busy Consul takes longer. */
const settleMs = 90_000;
const pollMs = 1_000;

/** Null: the node's file, its running daemon and what that tells the others are all the new build. */
async function missing(context: UpgradeContext): Promise<Sentence | null> {
  const { input, cell: node } = context;
  if ((await installedSha256(context)) !== input.to.sha256) return say("node-still-old", { node });
  if (!(await isDaemonActive(context))) return say("daemon-not-active", { node });
  if (await runsReplacedFile(context)) return say("daemon-still-old", { node });
  const { services, managementVm: vm } = await statusNow(context);
  const service = services.find((each) => each.node === node);
  if (service?.state !== "running" || service.suiteVersion !== input.to.version)
    return say("daemon-says", { node, found: service?.suiteVersion ?? "?", version: input.to.version });
  if (input.subject !== "" && vm.state !== "running") return say("vm-not-adopted", { state: vm.state });
  return null;
}

const settled = async (context: UpgradeContext): Promise<Sentence | null> => {
  let reason: Sentence | null = null;
  const look = async () => {
    reason = await missing(context);
    return reason === null ? true : null;
  };
  await pollUntil(look, { timeoutMs: settleMs, everyMs: pollMs, signal: context.signal });
  return reason;
};

/** Two nodes without zshad at once would leave nobody to take over, and the VM's own node comes last. */
async function standsInTheWay(context: UpgradeContext): Promise<Sentence | null> {
  const { input, cell: node } = context;
  const { services, managementVm: vm } = await statusNow(context);
  const off = services.filter((each) => each.node !== node && each.state !== "running").map((each) => each.node);
  if (off.length > 0) return say("zshad-not-running", { nodes: off.join(", ") });
  return vm.node === node && input.order.at(-1) !== node ? say("vm-came-here", { node }) : null;
}

/** One round: one node. `nodeOf` says which one in this plan, null when the plan has no such round. */
export function nodeUpgradedLine(
  id: `ensure-upgrade-${number | "last"}`,
  nodeOf: (input: UpgradeInput) => string | null,
  holdsBefore: (input: UpgradeInput) => boolean,
): StepLine<UpgradeInput> {
  return {
    plan(input) {
      const node = nodeOf(input);
      if (node === null) return null;
      return {
        id,
        phase: "ha",
        cells: [node],
        commands: [shown(node, upgradeCommand(`${input.to.sha256.slice(0, 12)}…`))],
        undo: {
          kind: "commands",
          commands: [{ node, text: `${buildPath("«former»")} ${shellQuote(["upgrade-node", "--json"])}` }],
        },
        pointOfNoReturn: false,
        ...(holdsBefore(input) ? { holdBefore: true } : {}),
        softTimeoutSeconds: 30,
        timeoutSeconds: 300,
      };
    },
    definition: {
      id,
      async precheck(context) {
        if ((await missing(context)) === null)
          return {
            kind: "already",
            observed: say("node-upgraded", { node: context.cell, version: context.input.to.version }),
          };
        const reason = await standsInTheWay(context);
        return reason === null ? { kind: "ready" } : { kind: "blocked", reason };
      },
      async run(context) {
        const { cell: node, input } = context;
        outputOf(await context.detached(upgradeCommand(input.to.sha256)), say("work-upgrading-node"), node);
      },
      async verify(context) {
        const reason = await settled(context);
        return reason === null
          ? {
              reached: true,
              observed: say("node-upgraded", { node: context.cell, version: context.input.to.version }),
            }
          : { reached: false, missing: reason };
      },
      async undo(context) {
        const { cell: node } = context;
        const former = await formerSha256(context);
        if (former === null) throw new AppError("not-found", say("build-not-kept"));
        if ((await installedSha256(context)) !== former || (await runsReplacedFile(context)))
          outputOf(await context.detached(upgradeCommand(former)), say("work-upgrading-node"), node);
        const isBack = async () =>
          (await installedSha256(context)) === former &&
          (await isDaemonActive(context)) &&
          !(await runsReplacedFile(context))
            ? true
            : null;
        const seen = await pollUntil(isBack, { timeoutMs: settleMs, everyMs: pollMs, signal: context.signal });
        if (seen === null) throw new AppError("verification-failed", say("node-still-old", { node }));
        return { observed: say("node-upgrade-undone", { node }) };
      },
    },
  };
}
