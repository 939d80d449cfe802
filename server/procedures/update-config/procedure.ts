import { type UpdateConfigInput, updateConfigInputSchema } from "@/contract/lifecycle";
import { configAppliedLine } from "@/server/procedures/update-config/config-applied";
import { configImportedLine } from "@/server/procedures/update-config/config-imported";
import { inOrder } from "@/server/steps/in-order";
import { configBackupLine } from "@/server/steps/lifecycle/config-backup";
import { guardsLine } from "@/server/steps/lifecycle/guards-line";

/** Manual 1.2.9: into Consul with nobody's change lost, and into force with the next start of the management VM. */
export const updateConfigProcedure = inOrder<UpdateConfigInput>(
  "update-config",
  (json) => updateConfigInputSchema.parse(json),
  [
    guardsLine("update-config"),
    configBackupLine(async ({ input }) => await Promise.resolve({ version: input.baseVersion, text: input.before })),
    configImportedLine,
    configAppliedLine,
  ],
);
