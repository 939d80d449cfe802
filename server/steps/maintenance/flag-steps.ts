import { manualFlags } from "@/contract/maintenance-subject";
import { say } from "@/contract/sentence";
import { flagCommands, flagsNow, flagsSet } from "@/server/steps/maintenance/ceph";
import {
  type MaintenanceContext,
  type MaintenanceStep,
  onAnyNode,
  shown,
} from "@/server/steps/maintenance/maintenance-step";

/** Side by side: most of such a command is Ceph's program starting. */
async function change(context: MaintenanceContext, verb: "set" | "unset"): Promise<void> {
  await Promise.all(flagCommands(context.input, verb).map((argv) => onAnyNode(context, argv)));
}

const wanted = ({ input }: MaintenanceContext): number => (input.flags === "cluster" ? manualFlags.length : 1);

/** OSDs that go down on purpose must not be counted out: nothing is copied for the time of the maintenance. */
export const flagsStep: MaintenanceStep = {
  plan: (input) =>
    input.flags === "none"
      ? null
      : {
          id: "ensure-ceph-flags",
          phase: "storage",
          cells: [input.helper],
          commands: flagCommands(input, "set").map((argv) => shown(input.helper, argv)),
          undo: { kind: "commands", commands: flagCommands(input, "unset").map((argv) => shown(input.helper, argv)) },
          pointOfNoReturn: false,
          softTimeoutSeconds: 20,
          timeoutSeconds: 180,
        },
  definition: {
    id: "ensure-ceph-flags",
    async precheck(context) {
      const set = flagsSet(context.input, await flagsNow(context));
      return set.length === wanted(context)
        ? { kind: "already", observed: say("flags-set", { flags: set.join(", ") }) }
        : { kind: "ready" };
    },
    run: (context) => change(context, "set"),
    async verify(context) {
      const set = flagsSet(context.input, await flagsNow(context));
      return set.length === wanted(context)
        ? { reached: true, observed: say("flags-set", { flags: set.join(", ") }) }
        : { reached: false, missing: say("flags-not-set", { flags: set.join(", ") || say("none") }) };
    },
    async undo(context) {
      await change(context, "unset");
      return { observed: say("flags-ended") };
    },
  },
};

/** After every OSD is up and in again, never before: Ceph would copy what is about to come back. */
export const flagsEndedStep: MaintenanceStep = {
  plan: (input) =>
    input.flags === "none"
      ? null
      : {
          id: "ensure-ceph-flags-ended",
          phase: "storage",
          cells: [input.helper],
          commands: flagCommands(input, "unset").map((argv) => shown(input.helper, argv)),
          undo: { kind: "none", because: say("flags-need-no-undo") },
          pointOfNoReturn: false,
          softTimeoutSeconds: 20,
          timeoutSeconds: 180,
        },
  definition: {
    id: "ensure-ceph-flags-ended",
    async precheck(context) {
      const set = flagsSet(context.input, await flagsNow(context));
      return set.length === 0 ? { kind: "already", observed: say("flags-ended") } : { kind: "ready" };
    },
    run: (context) => change(context, "unset"),
    async verify(context) {
      const set = flagsSet(context.input, await flagsNow(context));
      return set.length === 0
        ? { reached: true, observed: say("flags-ended") }
        : { reached: false, missing: say("flags-left", { flags: set.join(", ") }) };
    },
  },
};
