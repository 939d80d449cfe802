import { type DrillInput, drillInputSchema } from "@/contract/drill";
import type { PlannedStep } from "@/contract/run";
import type { ProcedureDefinition } from "@/server/engine/step";
import type { DrillStep } from "@/server/procedures/drill/drill-step";
import { cleared } from "@/server/procedures/drill/steps/cleared";
import { fault } from "@/server/procedures/drill/steps/fault";
import { guards } from "@/server/procedures/drill/steps/guards";
import { recovery } from "@/server/procedures/drill/steps/recovery";
import { result } from "@/server/procedures/drill/steps/result";
import { goBack } from "@/server/procedures/drill/steps/return";
import { watch } from "@/server/procedures/drill/steps/watch";
import { whole } from "@/server/procedures/drill/steps/whole";

/** One after the other: look, watch, break, see it come back, wait until the cluster is whole, tell, leave nothing behind. */
const table: readonly DrillStep[] = [guards, watch, fault, recovery, goBack, whole, result, cleared];

export const drillProcedure: ProcedureDefinition<DrillInput> = {
  kind: "drill",
  parseInput: (json) => drillInputSchema.parse(json),
  plan(input): PlannedStep[] {
    const planned = table.flatMap((step) => step.plan(input) ?? []);
    return planned.map((step, place) => {
      const before = planned[place - 1];
      return { ...step, after: before === undefined ? [] : [before.id] };
    });
  },
  steps: table.map(({ definition }) => definition),
};
