import { suitePaths } from "@/contract/node-setup";
import { platformUiPort } from "@/server/ports/platform";
import { pollUntil } from "@/lib/poll-until";
import {
  type DrillContext,
  type DrillStep,
  shown,
  sightsFile,
  sightsOf,
  watchUnit,
} from "@/server/procedures/drill/drill-step";
import { ownerBefore } from "@/contract/drill-measure";
import { say } from "@/contract/sentence";

/** Longest drill: a guest that takes its five minutes to halt and five to boot, and a panel that was away meanwhile. */
const watchSeconds = 1_800;
/** Until the first sight is written: one read of Consul. */
const armedWaitMs = 15_000;
const pollMs = 300;

const watchCommand = (addresses: readonly string[], runId: string): readonly string[] => [
  "systemd-run",
  `--unit=${watchUnit(runId)}`,
  "--collect",
  suitePaths.executable,
  "drill-watch",
  `--file=${sightsFile(runId)}`,
  `--seconds=${watchSeconds}`,
  `--port=${platformUiPort}`,
  ...addresses.map((address) => `--address=${address}`),
];

const removeCommands = (runId: string): readonly (readonly string[])[] => [
  ["systemctl", "stop", watchUnit(runId)],
  ["rm", "-f", sightsFile(runId)],
];
/** "Unit not loaded": it ended by itself and was collected. */
const notLoaded = 5;

export async function removeWatch(context: DrillContext): Promise<void> {
  const node = context.input.standby;
  for (const argv of removeCommands(context.runId)) await context.command(argv, { node, allow: [notLoaded] });
}

const isArmed = async (context: DrillContext): Promise<boolean> => ownerBefore(await sightsOf(context)) !== null;

/** A node that stays whole looks on from before the fault to after the recovery, whatever becomes of the panel. */
export const watch: DrillStep = {
  plan: ({ standby, addresses }) => ({
    id: "ensure-drill-watch",
    phase: "prepare",
    cells: [standby],
    commands: [shown(standby, watchCommand(addresses, "«run»"))],
    undo: { kind: "commands", commands: removeCommands("«run»").map((argv) => shown(standby, argv)) },
    pointOfNoReturn: false,
    softTimeoutSeconds: 10,
    timeoutSeconds: 60,
  }),
  definition: {
    id: "ensure-drill-watch",
    precheck: async (context) =>
      (await isArmed(context)) ? { kind: "already", observed: say("drill-watched-already") } : { kind: "ready" },
    async run(context) {
      if (await isArmed(context)) return;
      // A watch without a sight is of no use: begun anew, so that a second attempt finds no unit in its way.
      await removeWatch(context);
      await context.command(watchCommand(context.input.addresses, context.runId));
      const look = async () => ((await isArmed(context)) ? true : null);
      await pollUntil(look, { timeoutMs: armedWaitMs, everyMs: pollMs, signal: context.signal });
    },
    verify: async (context) =>
      (await isArmed(context))
        ? { reached: true, observed: say("drill-watches", { node: context.input.standby }) }
        : {
            reached: false,
            missing: say("drill-no-owner-seen", {
              node: context.input.standby,
              seconds: armedWaitMs / 1000,
              unit: watchUnit(context.runId),
            }),
          },
    async undo(context) {
      await removeWatch(context);
      return { observed: say("drill-watches-no-more", { node: context.input.standby }) };
    },
  },
};
