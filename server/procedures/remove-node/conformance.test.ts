import { vi } from "vitest";
import { removeNodeProcedure } from "@/server/procedures/remove-node/procedure";
import { describeConformance } from "@/testing/conformance/conformance";
import { removeInput, scriptedAssets } from "@/testing/nodes-world/change-inputs";
import { NodesWorld } from "@/testing/nodes-world/nodes-world";

vi.mock("@/lib/poll-until", async () => {
  const { pollByLooks } = await import("@/testing/conformance/poll-by-looks");
  return pollByLooks(10);
});

/** 1 takes minutes on two cores and is worth it after a change of a step. */
const every = 29;
let world = new NodesWorld(removeInput());

describeConformance({
  name: "remove-node",
  procedure: removeNodeProcedure(scriptedAssets(() => world)),
  input: removeInput(),
  newWorld: () => (world = new NodesWorld(removeInput())),
  every,
});
