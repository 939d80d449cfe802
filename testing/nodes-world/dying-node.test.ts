// A node dies in the middle of a change of members: the run stands still and says so, and goes on when the node is back.
import { expect, test, vi } from "vitest";
import { type NodeChangeInput, stayingNames } from "@/contract/node-change";
import { sentenceText } from "@/contract/sentence";
import type { ProcedureDefinition } from "@/server/engine/step";
import { addNodeProcedure } from "@/server/procedures/add-node/procedure";
import { removeNodeProcedure } from "@/server/procedures/remove-node/procedure";
import { replaceNodeProcedure } from "@/server/procedures/replace-node/procedure";
import { ConformanceRig } from "@/testing/conformance/rig";
import { addInput, removeInput, replaceInput, scriptedAssets } from "@/testing/nodes-world/change-inputs";
import { NodesWorld } from "@/testing/nodes-world/nodes-world";

vi.mock("@/lib/poll-until", async () => {
  const { pollByLooks } = await import("@/testing/conformance/poll-by-looks");
  return pollByLooks(10);
});
/** Some dozen whole runs each. */
vi.setConfig({ testTimeout: 120_000 });

/** 1 takes minutes on two cores and is worth it after a change of a step. */
const every = 17;
/** A run may stand still once more behind the first time. */
const resumesMax = 3;

let world = new NodesWorld(replaceInput());
const assets = scriptedAssets(() => world);
const procedures = [
  ["replace-node", replaceNodeProcedure(assets), replaceInput],
  ["add-node", addNodeProcedure(assets), addInput],
  ["remove-node", removeNodeProcedure(assets), removeInput],
] as const satisfies readonly (readonly [string, ProcedureDefinition<NodeChangeInput>, () => NodeChangeInput])[];

test.each(procedures)(
  "%s: whichever node dies at whichever word, nothing is called done that was not seen",
  async (_name, procedure, newInput) => {
    const input = newInput();
    const newRig = () => {
      world = new NodesWorld(newInput());
      return new ConformanceRig<NodeChangeInput>(world, input);
    };
    const clean = newRig();
    const sound = clean.panel(procedure);
    await clean.start(sound);
    const { state, progress } = await clean.outcome();
    expect(state, sentenceText(progress.because ?? "")).toBe("succeeded");
    const snapshot = clean.world.snapshot();

    const nodes = [
      ...new Set([
        ...stayingNames(input),
        ...input.joining.map(({ name }) => name),
        ...input.leaving.map(({ name }) => name),
      ]),
    ];
    let stopped = 0;
    for (const node of nodes)
      for (let send = 1; send <= sound.sendsTo(node); send += every) {
        const where = `${node} dies at its send ${send}`;
        const rig = newRig();
        await rig.start(rig.panel(procedure, { death: { node, send } }));
        const dark = await rig.outcome();
        // Past its last word to a node a run may end without it.
        const isStopped = dark.state === "parked";
        stopped += isStopped ? 1 : 0;
        expect(["parked", "succeeded"], where).toContain(dark.state);
        expect(isStopped ? sentenceText(dark.progress.because ?? "") : node, where).toContain(node);
        const back = rig.panel(procedure);
        for (let resumes = 0; resumes < resumesMax && (await rig.outcome()).state === "parked"; resumes += 1)
          await rig.ask(back, "resume");
        const outcome = await rig.outcome();
        expect(outcome.state, `${where}: ${sentenceText(outcome.progress.because ?? "")}`).toBe("succeeded");
        expect(rig.world.snapshot(), where).toEqual(snapshot);
      }
    expect(stopped).toBeGreaterThan(nodes.length);
  },
);
