import { type UninstallInput, uninstallInputSchema } from "@/contract/lifecycle";
import { imageDeletedLine, imageThereLine } from "@/server/procedures/uninstall-suite/image-lines";
import { suiteRemovedLine } from "@/server/procedures/uninstall-suite/suite-removed";
import { inOrder } from "@/server/steps/in-order";
import { guardsLine } from "@/server/steps/lifecycle/guards-line";
import { managementVmStep } from "@/server/steps/maintenance/vm-steps";

/** Manual 1.3.1: the VM off and proven off, its disk seen (or deleted, where that was typed), then the suite off every node. */
export const uninstallSuiteProcedure = inOrder<UninstallInput>(
  "uninstall-suite",
  (json) => uninstallInputSchema.parse(json),
  [guardsLine("uninstall-suite"), managementVmStep("stopped"), imageThereLine, imageDeletedLine, suiteRemovedLine],
);
