import type { EndableBracket } from "@/contract/bracket-kinds";
import { bracketGuards } from "@/contract/bracket-guards";
import { factsOfHa } from "@/contract/maintenance-guards";
import { subjectsOf } from "@/contract/maintenance";
import { known } from "@/contract/observed";
import { endingCommands } from "@/contract/open-bracket";
import { say } from "@/contract/sentence";
import { flagsNow } from "@/server/steps/maintenance/ceph";
import { openSentence, settledGuards } from "@/server/steps/maintenance/guards-step";
import {
  type MaintenanceContext,
  type MaintenanceStep,
  onAnyNode,
  shown,
  statusLook,
  statusNow,
} from "@/server/steps/maintenance/maintenance-step";
import { openRecords } from "@/server/steps/maintenance/record";

/** Planned only where this kind of bracket is what the run ends. */
export const endingOf = (kind: EndableBracket["kind"], step: MaintenanceStep): MaintenanceStep => ({
  ...step,
  plan: (input) => (input.bracket?.kind === kind ? step.plan(input) : null),
});

const bracketOf = ({ input }: MaintenanceContext): EndableBracket => {
  if (input.bracket === undefined) throw new Error("a run that ends a bracket was made without one");
  return input.bracket;
};

const guardsNow = async (context: MaintenanceContext) => {
  const ha = await statusNow(context);
  const open = known(await openRecords(context), ha.at);
  return bracketGuards(factsOfHa(ha, ha.at, { okToStop: null, open }), bracketOf(context));
};

/** The button's own predicates, asked on the nodes: between the two a maintenance may have begun. */
export const bracketGuardsStep: MaintenanceStep = {
  plan: (input) => statusLook("verify-bracket-guards", "prepare", input.helper),
  definition: {
    id: "verify-bracket-guards",
    async precheck(context) {
      const reason = openSentence(await settledGuards(context, () => guardsNow(context)));
      return reason === null ? { kind: "ready" } : { kind: "blocked", reason };
    },
    run: async () => await Promise.resolve(),
    async verify(context) {
      const missing = openSentence(await settledGuards(context, () => guardsNow(context)));
      if (missing !== null) return { reached: false, missing };
      return { reached: true, observed: say("guards-hold", { subjects: subjectsOf(context.input).join(", ") }) };
    },
  },
};

const isOfFlags = (bracket: EndableBracket | undefined): bracket is EndableBracket =>
  bracket?.kind === "cluster-flags" || bracket?.kind === "host-flags";

/** Those of the wish that are set now. */
async function stillSet(context: MaintenanceContext): Promise<string[]> {
  const { node, flags } = bracketOf(context);
  const { cluster, byHost } = await flagsNow(context);
  const set = node === null ? cluster : (byHost[node] ?? []);
  return flags.filter((flag) => set.includes(flag));
}

const settingCommands = (bracket: EndableBracket): string[][] =>
  endingCommands(bracket).map((argv) => argv.map((word) => word.replace(/^unset/, "set")));

/** Any flag a person may set, not only a maintenance's own: each by its name, so that one set meanwhile stays. */
export const flagsUnsetStep: MaintenanceStep = {
  plan({ bracket, helper }) {
    if (!isOfFlags(bracket)) return null;
    return {
      id: "ensure-flags-unset",
      phase: "storage",
      cells: [helper],
      commands: endingCommands(bracket).map((argv) => shown(helper, argv)),
      undo: { kind: "commands", commands: settingCommands(bracket).map((argv) => shown(helper, argv)) },
      pointOfNoReturn: false,
      softTimeoutSeconds: 20,
      timeoutSeconds: 180,
    };
  },
  definition: {
    id: "ensure-flags-unset",
    async precheck(context) {
      const set = await stillSet(context);
      const what = bracketOf(context).flags.join(", ");
      return set.length === 0 ? { kind: "already", observed: say("bracket-gone", { what }) } : { kind: "ready" };
    },
    async run(context) {
      for (const argv of endingCommands(bracketOf(context))) await onAnyNode(context, argv);
    },
    async verify(context) {
      const set = await stillSet(context);
      return set.length === 0
        ? { reached: true, observed: say("bracket-gone", { what: bracketOf(context).flags.join(", ") }) }
        : { reached: false, missing: say("bracket-still-open", { what: set.join(", ") }) };
    },
    async undo(context) {
      for (const argv of settingCommands(bracketOf(context))) await onAnyNode(context, argv);
      return { observed: say("flags-set", { flags: bracketOf(context).flags.join(", ") }) };
    },
  },
};
