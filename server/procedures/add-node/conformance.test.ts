import { vi } from "vitest";
import { addNodeProcedure } from "@/server/procedures/add-node/procedure";
import { describeConformance } from "@/testing/conformance/conformance";
import { addInput, scriptedAssets } from "@/testing/nodes-world/change-inputs";
import { NodesWorld } from "@/testing/nodes-world/nodes-world";

vi.mock("@/lib/poll-until", async () => {
  const { pollByLooks } = await import("@/testing/conformance/poll-by-looks");
  return pollByLooks(10);
});

/** 1 takes minutes on two cores and is worth it after a change of a step. */
const every = 29;
let world = new NodesWorld(addInput());

describeConformance({
  name: "add-node",
  procedure: addNodeProcedure(scriptedAssets(() => world)),
  input: addInput(),
  newWorld: () => (world = new NodesWorld(addInput())),
  every,
});
