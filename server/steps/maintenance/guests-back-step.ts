import { type GuestsBack, guestsBackStep as stepId } from "@/contract/maintenance";
import { say } from "@/contract/sentence";
import { pollUntil } from "@/lib/poll-until";
import type {
  MaintenanceAssets,
  MaintenanceContext,
  MaintenanceStep,
} from "@/server/steps/maintenance/maintenance-step";
import { openPlatform } from "@/server/steps/maintenance/platform-door";

/** The platform starts its NeverStop VMs one by one; hundreds of them take their time. */
const waitSeconds = 900;
const pollMs = 1_000;

async function vmsNow(context: MaintenanceContext, assets: MaintenanceAssets) {
  const vms = (await (await openPlatform(context, assets))?.vms()) ?? [];
  const of = (test: (vm: (typeof vms)[number]) => boolean): string[] =>
    vms
      .filter(test)
      .map(({ name }) => name)
      .toSorted();
  return {
    running: of(({ state }) => state === "Running"),
    awaited: of(({ state, isNeverStop }) => isNeverStop && state !== "Running"),
    stopped: of(({ state, isNeverStop }) => !isNeverStop && state !== "Running"),
  };
}

/** What the platform keeps running must run again; the others are listed for a person. */
export const guestsBackStep = (assets: MaintenanceAssets): MaintenanceStep => ({
  plan: (input) =>
    input.platform.kind === "none"
      ? null
      : {
          id: stepId,
          phase: "verify",
          cells: ["cluster"],
          commands: [
            { node: "panel", text: "GET /zstack/v1/vm-instances" },
            { node: "panel", text: "GET /zstack/v1/system-tags" },
          ],
          undo: { kind: "none", because: say("only-looks") },
          pointOfNoReturn: false,
          softTimeoutSeconds: 120,
          timeoutSeconds: waitSeconds + 60,
        },
  definition: {
    id: stepId,
    precheck: async () => await Promise.resolve({ kind: "ready" as const }),
    async run(context) {
      const look = async () => {
        const { awaited } = await vmsNow(context, assets);
        if (awaited.length > 0) context.progress(null, null, say("guests-awaited", { guests: awaited.join(", ") }));
        return awaited.length === 0 ? true : null;
      };
      await pollUntil(look, { timeoutMs: waitSeconds * 1000, everyMs: pollMs, signal: context.signal });
    },
    async verify(context) {
      const { awaited, running, stopped } = await vmsNow(context, assets);
      if (awaited.length > 0) return { reached: false, missing: say("guests-awaited", { guests: awaited.join(", ") }) };
      const result: GuestsBack = { running, stopped };
      const listed = stopped.join(", ") || say("none");
      return { reached: true, observed: say("guests-back", { running: running.length, stopped: listed }), result };
    },
  },
});
