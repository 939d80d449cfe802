import { expect, test } from "vitest";
import { deploymentInput } from "@/contract/deployment-input";
import { rightDraft } from "@/contract/draft-fixture";
import { deployClusterProcedure } from "@/server/procedures/deploy-cluster/procedure";
import type { Platform } from "@/server/ports/platform";
import { checkStructure } from "@/testing/conformance/conformance";

/** The plan asks nobody: a platform that is asked here is a fault. */
const nobody = new Proxy({} as Platform, {
  get: () => {
    throw new Error("planning must not ask the platform");
  },
});

test("deploy-cluster's plan is whole, in order, and fits its steps", () => {
  const made = deploymentInput(rightDraft());
  if (!made.ok) throw new Error(`the fixture is not right: ${JSON.stringify(made.problems)}`);
  const procedure = deployClusterProcedure({
    suite: { path: "zsha", sha256: "0".repeat(64), version: "0.1.0" },
    consul: async () => null,
    dataPath: (path) => path,
    platform: nobody,
  });
  checkStructure(procedure, made.input);
  expect(procedure.plan(procedure.parseInput(made.input))).toEqual(procedure.plan(made.input));
});
