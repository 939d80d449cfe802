import { joiningNames } from "@/contract/node-change";
import { say } from "@/contract/sentence";
import {
  helperOf,
  leavingNames,
  type NodeChangeAssets,
  type NodeChangeContext,
  type NodeChangeStep,
} from "@/server/steps/nodes/node-change-step";

const rowsOf = async ({ register }: NodeChangeAssets, context: NodeChangeContext): Promise<string[]> =>
  await register.names(context.plan.clusterId);

/** Whoever starts a run enters the new machines, or it could not reach them. Taken back, they are no nodes of the cluster any more. */
export const enteredStep = (assets: NodeChangeAssets): NodeChangeStep => ({
  plan(input) {
    const cell = helperOf(input);
    const nodes = joiningNames(input).join(", ");
    return {
      id: "ensure-nodes-entered",
      phase: "prepare",
      cells: [cell],
      commands: [{ node: "panel", cell, text: `+ ${nodes}` }],
      undo: { kind: "commands", commands: [{ node: "panel", cell, text: `- ${nodes}` }] },
      pointOfNoReturn: false,
      softTimeoutSeconds: 5,
      timeoutSeconds: 60,
    };
  },
  definition: {
    id: "ensure-nodes-entered",
    precheck: async () => await Promise.resolve({ kind: "ready" as const }),
    async run(context) {
      const names = joiningNames(context.input);
      const fresh = context.input.deployment.nodes.filter(({ name }) => names.includes(name));
      await assets.register.enter(context.plan.clusterId, fresh);
    },
    async verify(context) {
      const rows = await rowsOf(assets, context);
      const nodes = joiningNames(context.input);
      const missing = nodes.filter((name) => !rows.includes(name));
      return missing.length === 0
        ? { reached: true, observed: say("nodes-entered", { nodes: nodes.join(", ") }) }
        : { reached: false, missing: say("nodes-taken-out", { nodes: missing.join(", ") }) };
    },
    async undo(context) {
      const nodes = joiningNames(context.input);
      await assets.register.forget(context.plan.clusterId, nodes);
      return { observed: say("nodes-taken-out", { nodes: nodes.join(", ") }) };
    },
  },
});

/** The very last: from here on the panel has no way to them. */
export const forgottenStep = (assets: NodeChangeAssets): NodeChangeStep => ({
  plan(input) {
    const cell = helperOf(input);
    return {
      id: "ensure-nodes-forgotten",
      phase: "verify",
      cells: [cell],
      commands: [{ node: "panel", cell, text: `- ${leavingNames(input).join(", ")}` }],
      undo: { kind: "none", because: say("member-left") },
      pointOfNoReturn: true,
      softTimeoutSeconds: 10,
      timeoutSeconds: 60,
    };
  },
  definition: {
    id: "ensure-nodes-forgotten",
    precheck: async (context) =>
      (await remembered(assets, context)).length === 0
        ? { kind: "already", observed: say("panel-forgot") }
        : { kind: "ready" },
    run: (context) => assets.register.forget(context.plan.clusterId, leavingNames(context.input)),
    async verify(context) {
      const left = await remembered(assets, context);
      return left.length === 0
        ? { reached: true, observed: say("panel-forgot") }
        : { reached: false, missing: say("panel-remembers", { nodes: left.join(", ") }) };
    },
  },
});

async function remembered(assets: NodeChangeAssets, context: NodeChangeContext): Promise<string[]> {
  const rows = await rowsOf(assets, context);
  return leavingNames(context.input).filter((name) => rows.includes(name));
}
