import { pollUntil } from "@/lib/poll-until";
import {
  type DrillContext,
  type DrillStep,
  injectedMs,
  shown,
  sightsFile,
  stageOf,
} from "@/server/procedures/drill/drill-step";
import type { DrillInput } from "@/contract/drill";
import type { DrillStage } from "@/contract/drill-measure";
import { type Saying, say } from "@/contract/sentence";

/** Later than promised is a figure; much later is no recovery, and a person has to look. An adoption of a guest without agent is recorded after five minutes. */
const patience = 3;
const patienceMinSeconds = 420;
const pollMs = 1_000;

const waitSeconds = ({ promise }: DrillInput): number =>
  Math.max(patienceMinSeconds, Math.round(promise.guestSeconds * patience));

/** The crashed node's note is read when it is back; until then its loss counts from the first sight. */
const stageNow = async (context: DrillContext): Promise<DrillStage> =>
  stageOf(context, context.input.fault === "node-crash" ? null : await injectedMs(context).catch(() => null));

function progressText(stage: DrillStage, { fault }: DrillInput): Saying {
  if (stage.at === "armed") return say(fault === "daemon-crash" ? "drill-waits-for-zshad" : "drill-waits-for-qemu");
  return say("drill-waits-for-guest", { node: stage.node });
}

export const recovery: DrillStep = {
  plan: (input) => ({
    id: "verify-drill-recovery",
    phase: "verify",
    cells: [input.standby],
    commands: [shown(input.standby, ["cat", sightsFile("«run»")])],
    undo: { kind: "none", because: say("only-looks") },
    pointOfNoReturn: false,
    softTimeoutSeconds: Math.round(input.promise.guestSeconds),
    timeoutSeconds: waitSeconds(input) + 60,
  }),
  definition: {
    id: "verify-drill-recovery",
    precheck: async () => await Promise.resolve({ kind: "ready" as const }),
    async run(context) {
      const look = async () => {
        const stage = await stageNow(context);
        if (stage.at === "answering") return true;
        context.progress(null, null, progressText(stage, context.input));
        return null;
      };
      const timeoutMs = waitSeconds(context.input) * 1000;
      await pollUntil(look, { timeoutMs, everyMs: pollMs, signal: context.signal });
    },
    async verify(context) {
      const stage = await stageNow(context);
      if (stage.at === "answering") return { reached: true, observed: say("drill-recovered", { node: stage.node }) };
      const seconds = waitSeconds(context.input);
      const missing =
        stage.at === "armed"
          ? say("drill-not-back", { seconds })
          : say("drill-guest-silent", { node: stage.node, addresses: context.input.addresses.join(", "), seconds });
      return { reached: false, missing };
    },
  },
};
