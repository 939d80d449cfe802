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

/** Later than promised is a figure; much later is no recovery, and a person has to look. An adoption of a guest without agent is recorded after five minutes. */
const patience = 3;
const patienceMinSeconds = 420;
const pollMs = 1_000;

const waitSeconds = ({ promise }: DrillInput): number =>
  Math.max(patienceMinSeconds, Math.round(promise.guestSeconds * patience));

/** The crashed node's note is read when it is back; until then its loss counts from the first sight. */
const stageNow = async (context: DrillContext): Promise<DrillStage> =>
  stageOf(context, context.input.fault === "node-crash" ? null : await injectedMs(context).catch(() => null));

function progressText(stage: DrillStage, { fault }: DrillInput): string {
  if (stage.at === "armed") return fault === "daemon-crash" ? "waiting for zshad" : "waiting for QEMU";
  return `the management VM runs on ${stage.node}; waiting for its guest`;
}

export const recovery: DrillStep = {
  plan: (input) => ({
    id: "verify-drill-recovery",
    phase: "verify",
    cells: [input.standby],
    commands: [shown(input.standby, ["cat", sightsFile("«run»")])],
    undo: { kind: "none", because: "It only looks." },
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
      if (stage.at === "answering")
        return { reached: true, observed: `the management VM runs on ${stage.node} and its guest answers` };
      const what =
        stage.at === "armed"
          ? "the management VM did not come back"
          : `the management VM runs on ${stage.node}, but its guest did not answer on ${context.input.addresses.join(", ")}`;
      return {
        reached: false,
        missing: `${what} within ${waitSeconds(context.input)} s; see the HA page and /var/log/z/zshad.log on the nodes`,
      };
    },
  },
};
