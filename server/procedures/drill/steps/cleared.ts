import { joined, type Saying, say } from "@/contract/sentence";
import { type DrillContext, type DrillStep, markerFile, shown, sightsFile } from "@/server/procedures/drill/drill-step";
import { cutTable } from "@/server/procedures/drill/faults";
import { removeWatch } from "@/server/procedures/drill/steps/watch";

async function whatIsLeft(context: DrillContext): Promise<Saying[]> {
  const { owner, standby, fault } = context.input;
  const left: Saying[] = [];
  if ((await context.host(owner).readFile(markerFile(context.runId))) !== null)
    left.push(say("drill-left-note", { node: owner }));
  if ((await context.host(standby).readFile(sightsFile(context.runId))) !== null)
    left.push(say("drill-left-watch", { node: standby }));
  if (fault === "owner-cut") {
    const table = await context.command(["nft", "list", "table", "inet", cutTable], { node: owner, allow: [1] });
    if (table.code === 0) left.push(say("drill-left-cut", { node: owner }));
  }
  return left;
}

/** Nothing of a drill stays on the nodes; what it measured is in the journal. */
export const cleared: DrillStep = {
  plan: ({ owner, standby }) => ({
    id: "ensure-drill-cleared",
    phase: "verify",
    cells: ["cluster"],
    commands: [shown(owner, ["rm", "-f", markerFile("«run»")]), shown(standby, ["rm", "-f", sightsFile("«run»")])],
    undo: { kind: "none", because: say("drill-no-traces") },
    pointOfNoReturn: false,
    softTimeoutSeconds: 10,
    timeoutSeconds: 60,
  }),
  definition: {
    id: "ensure-drill-cleared",
    precheck: async () => await Promise.resolve({ kind: "ready" as const }),
    async run(context) {
      await removeWatch(context);
      await context.command(["rm", "-f", markerFile(context.runId)], { node: context.input.owner });
    },
    async verify(context) {
      const left = await whatIsLeft(context);
      return left.length === 0
        ? { reached: true, observed: say("drill-cleared") }
        : { reached: false, missing: say("drill-left", { what: joined(left) }) };
    },
  },
};
