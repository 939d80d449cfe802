import { type MigrateInput, migrateInputSchema } from "@/contract/lifecycle";
import { vmOnTargetLine } from "@/server/procedures/migrate-vm/vm-on-target";
import { inOrder } from "@/server/steps/in-order";
import { guardsLine } from "@/server/steps/lifecycle/guards-line";

/** Manual 1.2.8: live, to a node that can take it. */
export const migrateVmProcedure = inOrder<MigrateInput>("migrate-vm", (json) => migrateInputSchema.parse(json), [
  guardsLine("migrate-vm", ({ target }) => target),
  vmOnTargetLine,
]);
