import type { UpdateConfigInput } from "@/contract/lifecycle";
import { say } from "@/contract/sentence";
import { pollUntil } from "@/lib/poll-until";
import type { StepContext } from "@/server/engine/step";
import type { StepLine } from "@/server/steps/in-order";
import { currentConfig } from "@/server/steps/lifecycle/current-config";
import { shown } from "@/server/steps/maintenance/maintenance-step";
import { zsha, zshaOnAny } from "@/server/steps/maintenance/vm-steps";

const stepId = "ensure-config-applied";
const settleMs = 60_000;
const pollMs = 1_000;

async function appliedVersion(context: StepContext<UpdateConfigInput>): Promise<number | null> {
  const { applied, version } = await currentConfig(context);
  return applied === version ? version : null;
}

/** Only a start of the management VM reads the configuration: it is shut down in order, proven off, and started. */
export const configAppliedLine: StepLine<UpdateConfigInput> = {
  plan: ({ helper, apply }) =>
    apply === "later"
      ? null
      : {
          id: stepId,
          phase: "ha",
          cells: [helper],
          commands: (["stop", "start"] as const).map((verb) => shown(helper, zsha([verb], "«run»"))),
          undo: { kind: "none", because: say("config-next-start") },
          pointOfNoReturn: false,
          softTimeoutSeconds: 180,
          timeoutSeconds: 900,
        },
  definition: {
    id: stepId,
    async precheck(context) {
      const version = await appliedVersion(context);
      return version === null ? { kind: "ready" } : { kind: "already", observed: say("config-applied", { version }) };
    },
    async run(context) {
      if ((await appliedVersion(context)) !== null) return;
      // Stopped already: an attempt was cut before its start.
      if ((await currentConfig(context)).vm !== "stopped") await zshaOnAny(context, ["stop"]);
      await zshaOnAny(context, ["start"]);
    },
    async verify(context) {
      const look = () => appliedVersion(context);
      const version = await pollUntil(look, { timeoutMs: settleMs, everyMs: pollMs, signal: context.signal });
      if (version !== null) return { reached: true, observed: say("config-applied", { version }) };
      return {
        reached: false,
        missing: say("config-not-applied-yet", { version: (await currentConfig(context)).version }),
      };
    },
  },
};
