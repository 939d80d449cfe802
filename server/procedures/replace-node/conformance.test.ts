import { vi } from "vitest";
import { replaceNodeProcedure } from "@/server/procedures/replace-node/procedure";
import { describeConformance } from "@/testing/conformance/conformance";
import { replaceInput, scriptedAssets } from "@/testing/nodes-world/change-inputs";
import { NodesWorld } from "@/testing/nodes-world/nodes-world";

vi.mock("@/lib/poll-until", async () => {
  const { pollByLooks } = await import("@/testing/conformance/poll-by-looks");
  return pollByLooks(10);
});

/** 1 takes minutes on two cores and is worth it after a change of a step. */
const every = 29;
let world = new NodesWorld(replaceInput());

describeConformance({
  name: "replace-node",
  procedure: replaceNodeProcedure(scriptedAssets(() => world)),
  input: replaceInput(),
  newWorld: () => (world = new NodesWorld(replaceInput())),
  every,
  again: "held-back",
});
