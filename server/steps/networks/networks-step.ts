import type { PlannedCommand, PlannedStep } from "@/contract/run";
import { say } from "@/contract/sentence";
import { shellQuote } from "@/lib/shell-quote";
import type { StepContext, StepDefinition } from "@/server/engine/step";
import { changeNetworks, commitCommand } from "@/server/steps/networks/change-networks";
import { probeCommand } from "@/server/steps/networks/measure-networks";
import type { NetworkWish } from "@/server/steps/networks/network-wish";
import {
  applyCommand,
  planEverywhere,
  probeByAnyGuard,
  settledCheck,
  undecidedNodes,
} from "@/server/steps/networks/see-networks";

export const networksStepId = "ensure-networks";

/** The networks of all nodes as one step (docs/decisions/0002 and 0008), for whatever procedure needs them. */
export function networksPlan(wish: NetworkWish): Omit<PlannedStep, "after"> {
  const onEach = (argv: readonly string[], given?: string): PlannedCommand[] =>
    wish.nodes.map(({ name }) => ({
      node: name,
      text: given === undefined ? shellQuote(argv) : `${shellQuote(argv)} < «${given}»`,
    }));
  return {
    id: networksStepId,
    phase: "networks",
    cells: ["cluster"],
    commands: [
      ...onEach(applyCommand, "this node's networks; rolls back by itself unless the nodes decide to keep them"),
      ...onEach(probeCommand, "all paths to the other nodes"),
      ...onEach(commitCommand),
    ],
    undo: {
      kind: "none",
      because: say("networks-stay"),
    },
    pointOfNoReturn: false,
    softTimeoutSeconds: 90,
    timeoutSeconds: 600,
  };
}

export function networksStep<TInput>(wishOf: (input: TInput) => NetworkWish): StepDefinition<TInput> {
  return {
    id: networksStepId,
    // Also what is as planned goes through the change: the nodes then prove it together, and nothing is touched.
    precheck: async () => await Promise.resolve({ kind: "ready" as const }),
    run: (context: StepContext<TInput>) => changeNetworks(context, wishOf(context.input)),
    async verify(context: StepContext<TInput>) {
      const wish = wishOf(context.input);
      const undecided = await undecidedNodes(context, wish);
      if (undecided.length > 0)
        return { reached: false, missing: say("networks-will-roll-back", { nodes: undecided.join(", ") }) };
      const planned = await planEverywhere(context, wish);
      const different = planned.find(({ result }) => result.changed);
      if (different !== undefined) {
        const paths = different.result.files.map((file) => file.path).join(", ");
        return {
          reached: false,
          missing: say("networks-differ", { node: different.node, paths }),
        };
      }
      // Nobody is told to keep what was not proven in full before: now it is enough that the networks' own addresses answer.
      const { findings } = await settledCheck(context, wish, "cheap", probeByAnyGuard(context));
      const errors = findings.filter(({ severity }) => severity === "error");
      if (errors.length > 0)
        return {
          reached: false,
          missing: say("networks-pairs-fail", { pairs: errors.map(({ text }) => text).join("; ") }),
        };
      const paths = wish.networks.length * wish.nodes.length * (wish.nodes.length - 1);
      return { reached: true, observed: say("networks-pass", { count: paths }) };
    },
  };
}
