import { drillResultStep } from "@/contract/drill";
import { drillResult } from "@/contract/drill-measure";
import { say } from "@/contract/sentence";
import {
  type DrillStep,
  injectedMs,
  markerFile,
  shown,
  sightsFile,
  sightsOf,
} from "@/server/procedures/drill/drill-step";
import { clockDifferenceMs } from "@/server/procedures/drill/steps/guards";

/** What the whole run was for. Everything it is made from still lies on the nodes, so it can be made again. */
export const result: DrillStep = {
  plan: ({ owner, standby }) => ({
    id: drillResultStep,
    phase: "verify",
    cells: [standby],
    commands: [shown(standby, ["cat", sightsFile("«run»")]), shown(owner, ["cat", markerFile("«run»")])],
    undo: { kind: "none", because: say("only-looks") },
    pointOfNoReturn: false,
    softTimeoutSeconds: 15,
    timeoutSeconds: 60,
  }),
  definition: {
    id: drillResultStep,
    precheck: async () => await Promise.resolve({ kind: "ready" as const }),
    run: async () => await Promise.resolve(),
    async verify(context) {
      const injected = await injectedMs(context);
      if (injected === null)
        return { reached: false, missing: say("drill-no-fault-time", { node: context.input.owner }) };
      const ahead = await clockDifferenceMs(context);
      const seen = drillResult(await sightsOf(context), context.input, injected - ahead, ahead);
      if (seen === null) return { reached: false, missing: say("drill-not-whole") };
      const where = { node: seen.after.node, seconds: seen.runningSeconds };
      const observed =
        seen.guestSeconds === null
          ? say("drill-measured", where)
          : say("drill-measured-guest", { ...where, guest: seen.guestSeconds });
      return { reached: true, observed, result: seen };
    },
  },
};
