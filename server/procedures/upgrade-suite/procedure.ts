import { type UpgradeInput, upgradeInputSchema, upgradeRoundsMax } from "@/contract/lifecycle";
import type { ProcedureDefinition } from "@/server/engine/step";
import { buildKeptLine } from "@/server/procedures/upgrade-suite/build-kept";
import { buildStagedLine } from "@/server/procedures/upgrade-suite/build-staged";
import { nodeUpgradedLine } from "@/server/procedures/upgrade-suite/node-upgraded";
import { versionsSeenLine } from "@/server/procedures/upgrade-suite/versions-seen";
import type { SuiteBundles } from "@/server/ports/suite-bundle";
import { inOrder, type StepLine } from "@/server/steps/in-order";
import { configBackupLine } from "@/server/steps/lifecycle/config-backup";
import { guardsLine } from "@/server/steps/lifecycle/guards-line";
import { vmOffSubjectStep } from "@/server/steps/maintenance/vm-elsewhere";

/** All nodes but the last: one round each. */
const earlierRounds: StepLine<UpgradeInput>[] = Array.from({ length: upgradeRoundsMax - 1 }, (_none, at) =>
  nodeUpgradedLine(
    `ensure-upgrade-${at + 1}`,
    ({ order }) => (at < order.length - 1 ? (order[at] ?? null) : null),
    ({ hold }) => (hold === "each" && at > 0) || (hold === "first" && at === 1),
  ),
);

const lastRound = nodeUpgradedLine(
  "ensure-upgrade-last",
  ({ order }) => order.at(-1) ?? null,
  ({ hold, order }) => (hold === "each" && order.length > 1) || (hold === "first" && order.length === 2),
);

/** Manual 1.2.7.2 without its stop: node by node, the management VM's last, and back on each node as long as the run is open. */
export const upgradeSuiteProcedure = (bundles: SuiteBundles): ProcedureDefinition<UpgradeInput> =>
  inOrder<UpgradeInput>("upgrade-suite", (json) => upgradeInputSchema.parse(json), [
    guardsLine("upgrade-suite"),
    configBackupLine(),
    buildStagedLine(bundles),
    buildKeptLine,
    ...earlierRounds,
    vmOffSubjectStep,
    lastRound,
    versionsSeenLine,
  ]);
