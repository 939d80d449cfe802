import { describeConformance } from "@/testing/conformance/conformance";
import { sampleInput, sampleProcedure, sampleWorld } from "@/testing/conformance/sample-procedure";

describeConformance({
  name: "the sample procedure",
  procedure: sampleProcedure,
  input: sampleInput,
  newWorld: () => {
    const world = sampleWorld();
    return { hosts: world, snapshot: () => world.snapshot() };
  },
  every: 1,
});
